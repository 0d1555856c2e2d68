"""How an upload arrives: never more of it than anything here takes."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

LARGEST = 200 * 1024 * 1024
"""Bytes of the largest upload that something else than records takes: the file of an import."""
TOGETHER = 5 * LARGEST
"""Bytes that all files of one form may have; more is not read at all."""


class StopAtLimit(FileUploadHandler):
    """Lets go on what is needed to tell that a file is too large, and drops the rest of it.

    So nothing fills the disk, and the reader of the form can say what was wrong with which file.
    """

    def handle_raw_input(self, *given: Any, **options: Any) -> None:
        _input, _meta, content_length, *_rest = given
        if content_length > max(settings.FILE_BYTES, TOGETHER):
            raise RequestDataTooBig("The files of this form are too large together.")

    def new_file(self, *args: Any, **options: Any) -> None:
        super().new_file(*args, **options)
        self.limit = max(settings.FILE_BYTES, LARGEST)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= self.limit else None

    def file_complete(self, file_size: int) -> None:
        return None
