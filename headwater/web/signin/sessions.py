"""Where a person is signed in, and ending that."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from allauth.usersessions.internal import flows
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from headwater.lib import clock
from headwater.lib.user_agents import describe
from headwater.users import administration
from headwater.users.models import User

NOTED_EVERY = timedelta(minutes=5)
_MOST = 20_000


@dataclass(frozen=True)
class OpenSession:
    """One browser in which a person is signed in."""

    pk: int
    device: str
    address: str
    since: datetime
    seen: datetime
    is_current: bool


def open_sessions(request: HttpRequest, user: User) -> list[OpenSession]:
    """Return the sessions of the person who asks, her present one first, then the latest seen."""
    UserSession.objects.create_from_request(request)  # sessions of before an upgrade are on no list yet
    found = [
        OpenSession(
            pk=each.pk,
            device=device(each.user_agent),
            address=each.ip,
            since=each.created_at,
            seen=each.last_seen_at,
            is_current=each.is_current(),
        )
        for each in UserSession.objects.purge_and_list(user)
    ]
    return sorted(found, key=lambda each: (not each.is_current, -each.seen.timestamp()))


def device(user_agent: str) -> str:
    """Name a browser and its system in the reader's language."""
    browser, system = describe(user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


def end_session(request: HttpRequest, user: User, pk: int) -> None:
    """End one session of the person. Raises LookupError when it is none of hers."""
    found = UserSession.objects.filter(pk=pk, user=user).first()
    if found is None:
        raise LookupError(pk)
    flows.sessions.end_sessions(request, [found])


def end_other_sessions(request: HttpRequest, user: User) -> None:
    """Sign the person out everywhere but here, also where no list knows of it."""
    flows.sessions.end_other_sessions(request, user)
    administration.end_sessions(user)
    before = request.session.session_key
    update_session_auth_hash(request, user)
    if request.session.session_key is None:
        request.session.save()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


class _Notes:
    """When this process last wrote down that a session was seen."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._noted: dict[str, datetime] = {}

    def is_due(self, session_key: str) -> bool:
        """Say whether to write now. The first request that this process sees of a session writes nothing."""
        now = clock.now()
        with self._lock:
            noted = self._noted.get(session_key)
            if noted is None and len(self._noted) >= _MOST:
                self._noted.clear()
            if noted is not None and now - noted < NOTED_EVERY:
                return False
            self._noted[session_key] = now
        return noted is not None


_notes = _Notes()


def note_sessions(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Write down now and then that a session is in use, and from where; most requests write nothing."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        key = request.session.session_key
        # asking for the user of a request that never asked would be a query of its own
        known = getattr(request, "_cached_user", None)
        if key and known is not None and known.is_authenticated and _notes.is_due(key):
            UserSession.objects.create_from_request(request)
        return response

    return answer
