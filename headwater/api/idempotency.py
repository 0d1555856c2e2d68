"""POST at most once: the same ``Idempotency-Key`` gets the first answer again.

The key is stored in the transaction of the request itself: a request that fails leaves no key,
and a second request with the same key waits for the first one to end.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from headwater.api.auth import Caller
from headwater.api.models import StoredAnswer
from headwater.api.problems import Problem, wrong
from headwater.lib import clock

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 200
_KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def answer_once(request: HttpRequest, caller: Caller, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Run ``act`` unless this caller sent the same request with the same key before.

    Raises a problem 422 when the key came with another request.
    """
    key = request.headers[HEADER].strip()
    if not key or len(key) > LONGEST_KEY:
        message = _("A key has 1 to %(limit)d characters.") % {"limit": LONGEST_KEY}
        raise wrong(HEADER, "bad_key", message)
    mark = _fingerprint(request)
    known = StoredAnswer.objects.filter(user=caller.user, key=key)
    known.filter(created_at__lt=clock.now() - KEPT_FOR).delete()
    try:
        with transaction.atomic():
            stored = StoredAnswer.objects.create(
                user=caller.user, key=key, fingerprint=mark, created_at=clock.now()
            )
            answer = act()
            _store(stored, answer)
            return answer
    except IntegrityError:
        first = known.first()
        if first is None:  # the clash was not about the key
            raise
    if first.fingerprint != mark:
        message = _("This key was sent with another request before. Use a new key for a new request.")
        raise Problem(422, "key_reused", message)
    return _replay(first)


def _store(stored: StoredAnswer, answer: HttpResponse) -> None:
    stored.status = answer.status_code
    stored.body = answer.content.decode()
    stored.headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
    stored.save()


def _replay(first: StoredAnswer) -> HttpResponse:
    headers: dict[str, str] = {**first.headers, "Idempotency-Replayed": "true"}
    return HttpResponse(first.body, status=first.status, headers=headers)


def _fingerprint(request: HttpRequest) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":
        for name in sorted(request.POST):
            digest.update(repr((name, request.POST.getlist(name))).encode(errors="backslashreplace"))
        for name in sorted(request.FILES):
            digest.update(repr(name).encode(errors="backslashreplace"))
            _add_file(digest, request.FILES[name])
    else:
        digest.update(request.body)
    return digest.hexdigest()


def _add_file(digest: Any, upload: Any) -> None:
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
