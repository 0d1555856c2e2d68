"""What holds for every request, whichever surface answers it."""

from collections.abc import Callable

from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from headwater.api.auth import Caller
from headwater.lib import calendars, memo
from headwater.users import languages
from headwater.users.acting import acting
from headwater.users.actor import Actor
from headwater.users.models import User
from headwater.web.middleware import OWN_SIGN_IN
from headwater.web.shell import actor_of


def unit_of_work(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Remember settings, teams and choice lists for this request, and not longer."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        with memo.unit_of_work():
            return get_response(request)

    return answer


def who_acts(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Let what is written below the doors know whose request it is, and where it came from."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        def find() -> Actor:
            caller = getattr(request, "auth", None)
            if isinstance(caller, Caller):
                return caller.actor
            user = getattr(request, "user", None)
            return actor_of(request) if isinstance(user, User) else Actor(None, "ui")

        with acting(find, request.META.get("REMOTE_ADDR", "")):
            return get_response(request)

    return answer


class SignedIn(AuthenticationMiddleware):
    """Say who is signed in: the person herself, where Django would give a stand-in that looks her up.

    Every page asks for her, hundreds of times. Doors for programs know their callers later, and keep
    the stand-in.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if not request.path.startswith(OWN_SIGN_IN):
            request.user = get_user(request)


class ReaderLanguage(LocaleMiddleware):
    """Answer in the reader's language, and count years as she does.

    Doors for programs take the language that the request accepts; they know their callers later.
    """

    def process_request(self, request: HttpRequest) -> None:
        accepted = languages.accepted(request.headers.get("Accept-Language", ""))
        reader = None if request.path.startswith(OWN_SIGN_IN) else request.user
        if isinstance(reader, User):
            language = languages.of_user(reader)
        elif request.path.startswith(OWN_SIGN_IN):
            language = accepted or languages.SOURCE
        else:
            language = accepted or languages.of_organization()
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
        calendars.use(reader.calendar if isinstance(reader, User) else calendars.GREGORIAN)
