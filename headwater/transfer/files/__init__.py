"""Uploaded files as streams of rows: CSV in any encoding, and XLSX."""
