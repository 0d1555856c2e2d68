"""the dictionary of objects, field kinds, operators and filters"""
