"""Keeping which attempts to sign in failed, however many somebody makes of them."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from headwater.lib import clock
from headwater.users.acting import current_address
from headwater.users.models import FailedSignIn, User

Reason = FailedSignIn.Reason

KEPT = timedelta(days=90)
SHOWN = timedelta(days=30)
ROWS_OF_A_PERSON, ROWS_OF_STRANGERS = 20, 200
"""How many rows an hour has for one person, and for all addresses together that nobody here has."""
_BLOCKED_EVERY = timedelta(minutes=1)
_AT_ONCE = 500


def note_failure(reason: str, *, email: str = "", user: User | None = None) -> None:
    """Keep that an attempt of this request failed, by the same statements whosever the address is."""
    email = user.email if user else email.strip().lower()[:254]
    user = user or User.objects.filter(email=email).first()
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    alike = {
        "hour": hour,
        "email": email,
        "address": current_address(),
        "reason": reason,
    }
    if _counted(alike, now):
        return
    room = ROWS_OF_A_PERSON if user else ROWS_OF_STRANGERS
    if FailedSignIn.objects.filter(hour=hour, user=user).count() >= room:
        alike |= {"email": email if user else "", "address": ""}
        if _counted(alike, now):
            return
    try:
        with transaction.atomic():
            FailedSignIn.objects.create(**alike, user=user, first_at=now, last_at=now)
    except IntegrityError:  # another process was faster by a moment
        _counted(alike, now)


def _counted(alike: dict[str, object], now: datetime) -> bool:
    rows = FailedSignIn.objects.filter(**alike)
    # who is blocked can go on as fast as she likes; that must not become a write each time
    if alike["reason"] == Reason.BLOCKED and rows.filter(last_at__gt=now - _BLOCKED_EVERY).exists():
        return True
    return rows.update(count=F("count") + 1, last_at=now) > 0


def failures_of(user: User) -> QuerySet[FailedSignIn]:
    """Return what failed lately on somebody's own account, newest first."""
    return FailedSignIn.objects.filter(user=user, hour__gt=clock.now() - SHOWN).order_by("-pk")


def forget_failures() -> int:
    """Delete what is older than ninety days; return how many rows."""
    old = FailedSignIn.objects.filter(hour__lt=clock.now() - KEPT).order_by("pk")
    forgotten = 0
    while ids := list(old.values_list("pk", flat=True)[:_AT_ONCE]):
        forgotten += FailedSignIn.objects.filter(pk__in=ids).delete()[0]
    return forgotten
