"""The filter a viewer lays over a dashboard: read from the address, offered as controls."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.lib import clock
from headwater.lib.collation import in_order
from headwater.lib.numbers import whole_number
from headwater.lib.range_words import range_words
from headwater.lib.ranges import RangeError, resolve_range
from headwater.metadata.context import calendar_rules
from headwater.reports.quick import Quick
from headwater.users import organization
from headwater.users.actor import Actor
from headwater.users.models import User
from headwater.web.jinja import compact_json
from headwater.web.views.settings.forms import number

_WORDS = ("me", "my_team", "my_team_and_below")
_MOST_PEOPLE = 200


@dataclass(frozen=True)
class Choice:
    """``period`` and ``owner`` as the address says them; what means nothing there counts as not said."""

    actor: Actor
    period: str = ""
    owner: str = ""

    @property
    def quick(self) -> Quick:
        spec = json.loads(self.period) if self.period else None
        owner = whole_number(self.owner)
        return Quick(spec, self.owner or None if owner is None else owner)

    @property
    def state(self) -> dict[str, str]:
        return {key: word for key, word in (("period", self.period), ("owner", self.owner)) if word}

    @property
    def query(self) -> str:
        return f"?{urlencode(self.state)}" if self.state else ""

    def address(self, pk: int, *, edit: bool) -> str:
        """Return the page of a dashboard under this filter."""
        words = self.state | ({"edit": "1"} if edit else {})
        return reverse("dashboard", args=[pk]) + (f"?{urlencode(words)}" if words else "")

    @property
    def periods(self) -> list[tuple[str, str]]:
        """Ranges that a viewer may lay over every report."""
        org = organization.current()
        units = ["day", "week", "month", "quarter", "year"]
        if (org.fiscal_month, org.fiscal_day) != (1, 1):
            units += ["fiscal_quarter", "fiscal_year"]
        specs: list[dict[str, Any]] = [
            {"rel": rel, "unit": unit} for unit in units for rel in ("this", "last")
        ]
        specs += [{"rel": "last", "unit": "day", "n": n, "include_current": True} for n in (7, 30, 90)]
        specs.append({"rel": "last", "unit": "month", "n": 12, "include_current": True})
        found = [(compact_json(spec), _capital(range_words(spec))) for spec in specs]
        if self.period and self.period not in dict(found):
            found.append((self.period, _capital(range_words(json.loads(self.period)) or self.period)))
        return found

    @property
    def owners(self) -> list[tuple[str, str]]:
        user = self.actor.user
        found = [("me", _("Me"))]
        if user is not None and user.team_id:
            found += [("my_team", _("My team")), ("my_team_and_below", _("My team and below"))]
        people = User.objects.filter(is_active=True).values_list("pk", "name")
        return found + [(str(pk), name) for pk, name in in_order(people)[:_MOST_PEOPLE]]


def read_choice(actor: Actor, data: QueryDict) -> Choice:
    """Read what the viewer filters by."""
    return Choice(actor, _period(data.get("period", "")), _owner(actor, data.get("owner", "")))


def choice_of(actor: Actor, quick: Quick) -> Choice:
    """Return a kept filter as far as it still means something to her."""
    period = "" if quick.period is None else compact_json(quick.period)
    return Choice(actor, _period(period), _owner(actor, "" if quick.owner is None else str(quick.owner)))


def _period(word: str) -> str:
    try:
        spec = json.loads(word) if 0 < len(word) < 300 else None
        if not isinstance(spec, dict):
            return ""
        resolve_range(spec, calendar_rules(), clock.now())
    except (ValueError, RecursionError, RangeError):
        return ""
    return compact_json(spec)


def _owner(actor: Actor, word: str) -> str:
    if word in _WORDS:
        has_team = actor.user is not None and actor.user.team_id is not None
        return word if word == "me" or has_team else ""
    return str(number(word)) if number(word) > 0 else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
