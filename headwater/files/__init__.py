"""Stored files: what people put onto records, as bytes in the data folder and a row that says what they are."""
