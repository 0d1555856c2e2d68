"""Lists and reports of a reader who holds grants, beside a reader of a team as large who holds none.

Twenty sharing rules and as many grants as there are leads, at most 100,000: half of them found by the
rules, half shared by hand with single people. Nobody of the second team has any.
"""

import json
import random
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction

from bench.clock import in_turn
from bench.lists import DEPTH, ROUNDS, deep_place, lists, session_cookie
from bench.reports import REPORTS
from bench.reports import ROUNDS as REPORT_ROUNDS
from bench.servers import Client, server
from headwater.access import grants
from headwater.access.models import Grant, Holding, Level, SharingRule, Source
from headwater.lib.memo import unit_of_work
from headwater.lib.sqlite.statistics import renew_statistics
from headwater.pipeline.models import Lead
from headwater.users.models import Team, User
from headwater.web.views.reports.drafts import Draft

MOST, RULES = 100_000, 20
# Not by owner: who holds grants has other owners in sight, and another report.
DEFINITIONS = {name: definition for name, definition in REPORTS.items() if "owner" not in name} | {
    "by month, all years": REPORTS["by month × owner, all years"]
    | {"rows": [{"id": "d1", "field": "created_at", "grain": "month"}]}
}
HOLDER, BARE = "p0.0@bench.test", "p1.0@bench.test"


def lay_down(size: int) -> None:
    """Store the rules and the grants."""
    born = dict(Lead.unscoped.values_list("pk", "created_at"))
    numbers = random.Random(size).sample(sorted(born), min(size, MOST))
    bare = User.objects.get(email=BARE)
    teams = [team for team in Team.objects.order_by("pk") if team.pk != bare.team_id]
    people = list(User.objects.filter(team__in=teams).order_by("pk").values_list("pk", flat=True))
    half = len(numbers) // 2
    with transaction.atomic():
        for place in range(RULES):
            team = teams[place % len(teams)]
            rule = SharingRule(name=f"Rule {place}", object="lead", filter={}, team=team, level=Level.EDIT)
            rule.save()
            found = {pk: born[pk] for pk in numbers[:half][place::RULES]}
            grants.give("lead", grants.rule_holder(rule), found, level=Level.EDIT, source=Source.RULE)
        for place, person in enumerate(people):
            found = {pk: born[pk] for pk in numbers[half:][place :: len(people)]}
            grants.give("lead", grants.user_holder(person), found, level=Level.SEE, source=Source.SHARE)
    renew_statistics()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE access_grant")


def remove() -> None:
    """Take everything away again, so that other parts measure without it."""
    for table in (Grant, Holding, SharingRule):
        table.objects.all().delete()


def measure(size: int) -> list[dict[str, Any]]:
    """Return medians, 95th percentiles and ratios of list pages over HTTP and of reports."""
    lay_down(size)
    holder, bare = (User.objects.get(email=email) for email in (HOLDER, BARE))
    results = []
    with server("headwater.config.server") as port, unit_of_work():
        clients = [(user, Client(port, session_cookie(user))) for user in (holder, bare)]
        for name, spec in lists().items():
            places = [deep_place(user, spec) for user, _client in clients]
            as_deep = all(depth == DEPTH for _cursor, _last, depth in places)
            for deep in (False, True) if as_deep else (False,):
                pages = []
                for (_user, client), (cursor, _last, _depth) in zip(clients, places, strict=True):
                    query = {"filter": json.dumps(spec["filter"]), "sort": spec["sort"]}
                    query |= {"after": cursor} if deep else {}
                    pages.append(partial(client.get, f"/leads/?{urlencode(query)}"))
                ours, theirs = pages
                what = f"{name}, {'deep' if deep else 'first'} page"
                results.append({"what": what, **in_turn(ours, theirs, ROUNDS)})
        for name, definition in DEFINITIONS.items():
            address = Draft(base={}, given=definition, type="lead").url()
            ours, theirs = (partial(client.get, address) for _user, client in clients)
            results.append({"what": f"report {name}", **in_turn(ours, theirs, REPORT_ROUNDS)})
    return results
