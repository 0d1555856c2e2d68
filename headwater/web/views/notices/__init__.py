"""Notices and following records."""
