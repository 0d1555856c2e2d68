"""saved views of lists, and what each person made of her lists"""
