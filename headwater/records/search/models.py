"""The one table that search reads."""

from typing import ClassVar

from django.db import models


class SearchRow(models.Model):
    """The searchable text of one record: folded words, each after two spaces.

    The two spaces let one and two letters be found as the beginning of a word, because every
    pattern then holds three characters, which is what the trigram indexes of both databases need.
    """

    object = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    text = models.TextField()

    class Meta:
        app_label = "records"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["object", "record_id"], name="search_row_once"),
        ]

    def __str__(self) -> str:
        return self.text
