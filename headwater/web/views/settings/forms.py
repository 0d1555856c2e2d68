"""What the settings forms share."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from headwater.access.rights import require_administrator
from headwater.lib.numbers import whole_number
from headwater.web.shell import actor_of

P = ParamSpec("P")


View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def administrators_only(view: View[P]) -> View[P]:
    """Let administrators in; everyone else is told that the role does not include it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        require_administrator(actor_of(request))
        return view(request, *args, **kwargs)

    return cast(View[P], guarded)


def posted(request: HttpRequest, *names: str) -> dict[str, str]:
    """Return the named texts of the form, trimmed."""
    return {name: request.POST.get(name, "").strip() for name in names}


def number(text: str) -> int:
    """Read a whole number; -1, which no record has, for anything else."""
    found = whole_number(text)
    return -1 if found is None else found


def messages_of(problem: ValidationError) -> dict[str, str]:
    """Return the first message per field; what concerns no field is under the empty name."""
    if not hasattr(problem, "error_dict"):
        return {"": " ".join(problem.messages)}
    by_field: dict[str, Any] = problem.message_dict
    return {("" if key == "__all__" else key): messages[0] for key, messages in by_field.items()}
