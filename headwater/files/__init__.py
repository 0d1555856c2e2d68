"""Stored files: what people put onto records, bytes in the data folder and a row of what they are."""
