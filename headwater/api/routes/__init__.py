"""The operations, one file per family of addresses."""
