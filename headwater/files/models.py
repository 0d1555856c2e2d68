"""One uploaded file."""

from typing import ClassVar

from django.db import models

from headwater.users.models import User


class StoredFile(models.Model):
    """What a file is and on what it hangs; nothing of it changes but that it is put onto a record once.

    ``object`` and ``field`` say what it was uploaded for. Without ``record_id`` it is on no record yet: its
    uploader alone can put it onto one, and it is thrown away after a day. It then stays with that record
    as long as history names it, also when another file has taken its place. ``place`` is where its bytes
    lie in the folder of uploads.
    """

    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    place = models.CharField(max_length=100, unique=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    object = models.CharField(max_length=60)
    field = models.CharField(max_length=80)
    record_id = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["object", "record_id"], name="stored_file_of_record"),
            models.Index(
                fields=["uploaded_by", "uploaded_at"],
                condition=models.Q(record_id__isnull=True),
                name="stored_file_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.name
