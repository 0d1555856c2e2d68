"""A board of 5,000 cards beside a bare view of it, and a dashboard of eight reports beside their bare SQL."""

import json
from functools import partial
from typing import Any
from urllib.parse import urlencode

from bench.clock import in_turn
from bench.lists import session_cookie
from bench.reports import bare, statements_of
from bench.servers import Client, server
from headwater.lib.memo import unit_of_work
from headwater.reports import dashboards
from headwater.reports.run import make_plan, read
from headwater.reports.services import save_report
from headwater.users import teams
from headwater.users.actor import Actor
from headwater.users.models import User

ROUNDS = 40
BOARD_AT = 100_000
"""So many leads in 20 teams give the member of one team a board of 5,000 cards."""
THIS_YEAR = {"field": "created_at", "range": {"rel": "this", "unit": "year"}}
BY = ("source", "territory", "industry", "campaign", "owner", "status")


def board() -> list[dict[str, Any]]:
    """Return medians, 95th percentiles and ratios of a team member's board by status, over HTTP."""
    user = User.objects.get(email="p0.0@bench.test")
    owners = list(teams.member_ids((user.team_id or 0,)))
    with server("headwater.config.server") as port, server("bench.bare") as bare_port:
        ours, reference = Client(port, session_cookie(user)), Client(bare_port)
        page = "/leads/?" + urlencode({"display": "board", "lanes": "status"})
        lanes = "/lanes?" + urlencode({"where": json.dumps({"owner__in": owners})})
        shown, wanted = ours.get(page).count(b"data-card"), reference.get(lanes).count(b"<article>")
        if shown < wanted:
            raise RuntimeError(f"The board shows {shown} cards, the bare view {wanted}.")
        timing = in_turn(partial(ours.get, page), partial(reference.get, lanes), ROUNDS)
    return [{"what": "board by status, 5,000 cards", **timing}]


def dashboard() -> list[dict[str, Any]]:
    """Return the same of a dashboard with all its tiles, one after the other, over HTTP."""
    actor = Actor(User.objects.get(email="owner@bench.test"))
    definitions = [_by(field) for field in BY] + [_by("created_at", "month"), _by("created_at", "week")]
    with unit_of_work():
        reports = [save_report(actor, name=f"Report {n}", definition=d) for n, d in enumerate(definitions)]
        made = dashboards.create_dashboard(actor, "Eight", [dashboards.Placed(one.pk) for one in reports])
        queries = [query for one in definitions for query in statements_of(make_plan(actor, read(one)))]
    assert actor.user is not None
    with server("headwater.config.server") as port:
        client = Client(port, session_cookie(actor.user))
        addresses = [f"/dashboards/{made.pk}/"]
        addresses += [f"/dashboards/{made.pk}/tiles/{tile.pk}/" for tile in made.tiles.all()]
        timing = in_turn(lambda: [client.get(one) for one in addresses], partial(bare, queries), ROUNDS // 2)
    return [{"what": "dashboard of eight conversion reports", **timing}]


def _by(field: str, grain: str = "") -> dict[str, Any]:
    dimension = {"id": "d1", "field": field} | ({"grain": grain} if grain else {})
    measures = [{"id": "m1", "ref": "lead.conversion_rate", "basis": "cohort"}]
    return {"v": 1, "root": "lead", "measures": measures, "rows": [dimension], "period": THIS_YEAR}
