"""comments on any record"""
