"""Signing in: what allauth leaves for us to decide, and the sessions it begins."""
