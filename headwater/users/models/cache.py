"""What all processes of this installation remember together for a short time."""

from django.db import models


class CacheEntry(models.Model):
    """A row of Django's database cache: the columns are Django's, the rows its own business.

    Sign-in counts its attempts here and notes used codes, so that it does not matter which process is
    asked. Ordinary pages read nothing of it, and losing it costs nothing.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
