"""Sharing rules: what they ask, and that the grants of what they find are true."""
