"""Fields that administrators make: rows that come out of the dictionary like declared ones."""
