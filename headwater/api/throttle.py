"""So many requests a minute, counted for each key."""

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from headwater.api.problems import Problem
from headwater.lib import clock

WINDOW_SECONDS = 60


def count_request(key: str) -> None:
    """Count one request. Raises the problem 429 when the key has used up this minute.

    Each web process counts for itself, so several of them allow a multiple of the limit.
    """
    minute, second = divmod(int(clock.now().timestamp()), WINDOW_SECONDS)
    name = f"api-requests:{key}:{minute}"
    cache.add(name, 0, timeout=2 * WINDOW_SECONDS)
    try:
        used = cache.incr(name)
    except ValueError:  # it expired, or was dropped, since the line above
        return
    if used > settings.API_REQUESTS_PER_MINUTE:
        wait = WINDOW_SECONDS - second
        message = _("More than %(limit)d requests in a minute. Go on in %(wait)d seconds.")
        raise Problem(
            429,
            "too_many_requests",
            message % {"limit": settings.API_REQUESTS_PER_MINUTE, "wait": wait},
            headers={"Retry-After": str(wait)},
        )
