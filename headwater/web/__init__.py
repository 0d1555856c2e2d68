"""views, templates and static files; no business rules"""
