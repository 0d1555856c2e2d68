"""Django's SQLite backend with the functions our SQL needs."""
