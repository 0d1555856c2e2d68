"""Files on records: sent while a form is filled in, and downloaded."""

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.files.serving import answer_options, open_bytes
from headwater.lib import formats
from headwater.records import stored_files
from headwater.records.errors import Invalid
from headwater.web.objects import object_or_404
from headwater.web.shell import actor_of
from headwater.web.views.errors import page_not_found


@require_POST
def upload(request: HttpRequest, slug: str, key: str) -> JsonResponse:
    """Keep a file for a field of a form that is still open."""
    actor, entry = actor_of(request), object_or_404(slug)
    stored_files.require_upload(actor, entry.name)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return JsonResponse({"message": _("Choose a file.")}, status=422)
    try:
        stored = stored_files.upload(actor, entry.name, key, file, file.name or "")
    except Invalid as problem:
        return JsonResponse({"message": problem.errors[0].message}, status=422)
    said = {
        "id": stored.pk,
        "name": stored.name,
        "size": formats.file_size(stored.size),
        "url": reverse("file", args=[stored.pk]),
    }
    return JsonResponse(said, status=201)


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a file to be saved."""
    stored = stored_files.get_file(actor_of(request), pk)
    content = open_bytes(stored)
    if content is None:
        return page_not_found(request)
    return FileResponse(content, **answer_options(stored))
