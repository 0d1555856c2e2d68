"""Dimensions at work: how each sort of field is grouped, labeled, ordered, and turned back into a filter."""
