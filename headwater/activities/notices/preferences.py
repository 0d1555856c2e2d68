"""How people wish to be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.access.rights import is_administrator
from headwater.activities.models import Notice, NoticeSettings
from headwater.lib.memo import shared
from headwater.records.errors import FieldError, Invalid
from headwater.users.actor import Actor

Kind, Mail = Notice.Kind, Notice.Mail


@dataclass(frozen=True)
class Way:
    """How notices of one kind reach somebody."""

    in_app: bool
    mail: str

    @property
    def is_silent(self) -> bool:
        return not (self.in_app or self.mail)


DEFAULTS: dict[str, Way] = {
    Kind.MENTIONED: Way(True, Mail.NOW),
    Kind.ASSIGNED: Way(True, Mail.NOW),
    Kind.CHANGED: Way(True, Mail.NEVER),
    Kind.SHARED: Way(True, Mail.NOW),
    Kind.LIMIT: Way(True, Mail.NOW),
    Kind.FINISHED: Way(True, Mail.NEVER),
}


ADMINISTRATORS_ONLY = frozenset({Kind.LIMIT})


def kinds_for(actor: Actor) -> list[Notice.Kind]:
    """Return the kinds of notices that somebody can get."""
    everything = is_administrator(actor)
    return [kind for kind in Kind if everything or kind not in ADMINISTRATORS_ONLY]


@dataclass(frozen=True)
class Preferences:
    """One person's wishes, complete."""

    follows_own: bool
    ways: Mapping[str, Way]

    def to_json(self) -> dict[str, Any]:
        ways = {kind: {"in_app": way.in_app, "mail": way.mail or "never"} for kind, way in self.ways.items()}
        return {"follows_own": self.follows_own, "ways": ways}


@shared
def _stored() -> dict[int, Preferences]:
    rows = NoticeSettings.objects.values_list("user_id", "follows_own", "ways")
    return {
        user: Preferences(own, DEFAULTS | {k: Way(*w) for k, w in ways.items()}) for user, own, ways in rows
    }


def preferences_of(user_id: int) -> Preferences:
    """Return somebody's wishes."""
    return _stored().get(user_id) or Preferences(True, DEFAULTS)


@transaction.atomic
def set_preferences(
    actor: Actor, *, follows_own: bool | None = None, ways: Mapping[str, Mapping[str, Any]] | None = None
) -> Preferences:
    """Change one's own wishes; what is not given stays.

    ``ways`` maps kinds to ``{"in_app": bool, "mail": "now" | "daily" | "never"}``. Raises Invalid.
    """
    assert actor.user is not None
    known = preferences_of(actor.user.pk)
    wanted = dict(known.ways)
    errors: list[FieldError] = []
    for kind, given in (ways or {}).items():
        if kind not in DEFAULTS:
            text = _("“%(word)s” is not a kind of notice.") % {"word": str(kind)[:100]}
            errors.append(FieldError("ways", "unknown_kind", text))
            continue
        in_app, mail = given.get("in_app", wanted[kind].in_app), given.get("mail", wanted[kind].mail)
        mail = Mail.NEVER if mail == "never" else mail
        if not isinstance(in_app, bool) or mail not in Mail.values:
            text = _("Give for each kind whether it is shown in the app, and by mail now, daily or never.")
            errors.append(FieldError(f"ways.{kind}", "bad_way", text))
            continue
        wanted[kind] = Way(in_app, mail)
    if errors:
        raise Invalid(errors)
    own = known.follows_own if follows_own is None else follows_own
    stored = {kind: [way.in_app, way.mail] for kind, way in wanted.items()}
    row = NoticeSettings.objects.filter(user=actor.user).first() or NoticeSettings(user=actor.user)
    row.follows_own, row.ways = own, stored
    row.save()
    return Preferences(own, wanted)
