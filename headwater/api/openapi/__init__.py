"""The OpenAPI document: what the operations say of themselves, and the dictionary for each object."""
