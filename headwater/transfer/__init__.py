"""imports, change sets and their undo"""
