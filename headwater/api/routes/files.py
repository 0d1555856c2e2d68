"""Files on records: uploaded first, then put onto a record by their number."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from headwater.api.answers import answer
from headwater.api.auth import Authentication, caller_of
from headwater.api.problems import Problem
from headwater.api.representation import file_json
from headwater.api.schemas import files as schemas
from headwater.api.uploads import read_form
from headwater.files.models import StoredFile
from headwater.files.serving import answer_options, open_bytes
from headwater.metadata import registry
from headwater.records import stored_files

router = Router(tags=["Files"])


@router.post("/{record:object}/files", response={201: schemas.StoredFile}, openapi_extra=schemas.FORM)
def upload_file(request: HttpRequest, object: str) -> HttpResponse:
    """Upload a file for a custom field of the kind “file”. It hangs on no record before you write its number
    into the field of one, within a day."""
    actor, entry = caller_of(request).actor, registry.by_slug(object)
    stored_files.require_upload(actor, entry.name)
    file, form = read_form(request, ("field",))
    stored = stored_files.upload(actor, entry.name, form.get("field", ""), file, file.name or "")
    return answer(_stored_json(stored), status=201, headers={"Location": f"/api/v1/files/{stored.pk}"})


@router.get("/files/{int:id}", response=schemas.StoredFile, auth=Authentication(by_rights=True))
def get_file(request: HttpRequest, id: int) -> HttpResponse:
    """Read what a file is; to be seen like the record and the field in which it stands."""
    return answer(_stored_json(stored_files.get_file(caller_of(request).actor, id)))


@router.get("/files/{int:id}/content", response={200: None}, auth=Authentication(by_rights=True))
def download_file(request: HttpRequest, id: int) -> FileResponse:
    """Download a file."""
    stored = stored_files.get_file(caller_of(request).actor, id)
    content = open_bytes(stored)
    if content is None:
        message = _("What was in this file is missing from the data folder of this installation.")
        raise Problem(404, "content_missing", message)
    return FileResponse(content, **answer_options(stored))


def _stored_json(stored: StoredFile) -> dict[str, Any]:
    return {
        **file_json(stored_files.value_of(stored)),
        "sha256": stored.sha256,
        "uploaded_at": stored.uploaded_at,
        "object": stored.object,
        "field": stored.field,
        "record": stored.record_id,
    }
