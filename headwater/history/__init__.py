"""what happened to each record, and how it looked at any instant"""
