"""The list page of 50 leads as a member of one of 20 teams, beside a bare view of the same rows."""

import json
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from bench.clock import in_turn
from bench.servers import Client, server
from headwater.lib.memo import unit_of_work
from headwater.metadata.choices import options_of
from headwater.records.paging import page_records
from headwater.users import teams
from headwater.users.actor import Actor
from headwater.users.models import User

ROUNDS = 60
DEPTH, PAGE = 2_000, 50


def lists() -> dict[str, dict[str, Any]]:
    """Return the lists to measure: ours by filter and sort, the reference's by conditions and order."""
    territory = options_of("territory")[0].key
    return {
        "status Open, newest first": {
            "filter": {"all": [{"field": "status", "op": "in", "value": ["open"]}]},
            "sort": "-created_at",
            "where": {"status": "open"},
            "order": "-created_at,-id",
        },
        "one territory, by name": {
            "filter": {"all": [{"field": "territory", "op": "in", "value": [territory]}]},
            "sort": "name",
            "where": {"territory": territory},
            "order": "name_sort,id",
        },
    }


def session_cookie(user: User) -> str:
    """Sign a user in and return the cookie of her session."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"sessionid={session.session_key}"


def deep_place(user: User, spec: dict[str, Any]) -> tuple[str, Any, int]:
    """Go 2,000 rows into a list, or as far as leaves a page in one that has fewer.

    Return the cursor there, the last record passed, and how many were: none in a list of two pages.
    """
    places: list[tuple[str, Any, int]] = []
    for depth in range(PAGE, DEPTH + PAGE, PAGE):
        after = places[-1][0] if places else None
        page = page_records(
            Actor(user), "lead", filter=spec["filter"], sort=[spec["sort"]], after=after, limit=PAGE
        )
        if page.next is None:
            # What follows the last place is less than a page.
            return places[-2] if len(places) > 1 else ("", None, 0)
        places.append((page.next, page.items[-1], depth))
    return places[-1]


def _beyond(spec: dict[str, Any], last: Any) -> dict[str, Any]:
    if spec["sort"] == "name":
        return {"name_sort__gt": bytes(last.name_sort).hex()}
    return {"created_at__lt": last.created_at.isoformat()}


def measure() -> list[dict[str, Any]]:
    """Return medians, 95th percentiles and ratios of first and deep pages, over HTTP."""
    user = User.objects.get(email="p0.0@bench.test")
    owners = list(teams.member_ids((user.team_id or 0,)))
    results = []
    with server("headwater.config.server") as port, server("bench.bare") as bare_port, unit_of_work():
        ours, bare = Client(port, session_cookie(user)), Client(bare_port)
        for name, spec in lists().items():
            cursor, last, depth = deep_place(user, spec)
            for deep in (False, True) if depth else (False,):
                query = {"filter": json.dumps(spec["filter"]), "sort": spec["sort"]}
                where = {"owner__in": owners} | spec["where"]
                if deep:
                    query["after"], where = cursor, where | _beyond(spec, last)
                address = f"/leads/?{urlencode(query)}"
                reference = f"/rows?{urlencode({'where': json.dumps(where), 'order': spec['order']})}"
                _check_same(ours.get(address), bare.get(reference))
                timing = in_turn(partial(ours.get, address), partial(bare.get, reference), ROUNDS)
                results.append({"what": f"{name}, {'deep' if deep else 'first'} page", **timing})
                if deep and depth < DEPTH:
                    results[-1]["depth"] = depth
    return results


def _check_same(ours: bytes, bare: bytes) -> None:
    """Refuse to compare pages that do not show the same rows."""
    for row in bare.split(b"<tr>")[1:]:
        email = row.split(b"</td>")[3].rpartition(b">")[2]
        if email not in ours:
            raise RuntimeError(f"The list page lacks {email!r}, which the bare view shows.")
