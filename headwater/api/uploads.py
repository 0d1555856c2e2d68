"""Files that are sent as forms."""

from collections.abc import Collection
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from headwater.api.problems import Problem, wrong
from headwater.records.errors import FieldError


def read_form(request: HttpRequest, known: Collection[str] = ()) -> tuple[UploadedFile[Any], dict[str, str]]:
    """Return the part ``file`` of a form, and its texts; parts that are not known are refused by name."""
    if request.content_type != "multipart/form-data":
        message = _("Send the file as multipart/form-data with the part “file”.")
        raise Problem(415, "unsupported_media_type", message, headers={"Accept": "multipart/form-data"})
    unknown = sorted((request.POST.keys() - {*known}) | (request.FILES.keys() - {"file"}))
    if unknown:
        message = _("“%(word)s” is not a part of this form.")
        errors = [FieldError(word[:100], "unknown_field", message % {"word": word[:100]}) for word in unknown]
        raise Problem(422, "invalid", errors[0].message, errors=errors)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise wrong("file", "required", _("Send the file as the part “file”."))
    return file, {key: str(value) for key, value in request.POST.items()}
