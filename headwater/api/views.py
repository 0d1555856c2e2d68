"""What the API says of itself, to programs and to people."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headwater.api.answers import answer
from headwater.api.openapi.document import Json, build_document
from headwater.api.root import api


@cache
def document() -> Json:
    """Return the OpenAPI document; it changes only with the program."""
    return build_document(api)


@require_safe
def openapi_json(_request: HttpRequest) -> HttpResponse:
    """Answer with the OpenAPI document. It names no data, so everybody may read it."""
    return answer(document())


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the document to people; who is signed in can try each operation."""
    csrf = get_token(request) if request.user.is_authenticated else ""
    return render(request, "api/docs.html", {"csrf": csrf})
