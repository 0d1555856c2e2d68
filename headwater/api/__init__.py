"""the JSON surface; no business rules"""
