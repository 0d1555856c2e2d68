"""demonstration data: a lively year of a small company, made through the doors"""
