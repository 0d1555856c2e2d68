"""the Record base model, the two doors and search"""
