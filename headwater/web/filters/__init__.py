"""The filter builder: a filter tree as a form, and back."""
