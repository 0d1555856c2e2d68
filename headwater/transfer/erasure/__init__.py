"""Erasing the personal data of a record from everywhere, for good."""
