"""Search as a member of one of 20 teams, beside a bare view of the indexed query."""

import json
from functools import partial
from typing import Any
from urllib.parse import urlencode

from bench.clock import in_turn
from bench.lists import session_cookie
from bench.servers import Client, server
from headwater.records.search.text import BREAK
from headwater.users import teams
from headwater.users.models import User

ROUNDS = 60
TYPED = {
    "one letter, common": ("a", BREAK),
    "one letter, Thai": ("ส", BREAK),
    "three letters, common": ("ber", ""),
    "three letters, inside": ("zol", ""),
    "three letters, nothing": ("qxz", ""),
}
"""What is typed, and what the reference's pattern has before it: beginnings of words, or any place."""


def measure() -> list[dict[str, Any]]:
    """Return medians, 95th percentiles and ratios of search, over HTTP."""
    user = User.objects.get(email="p0.0@bench.test")
    owners = list(teams.member_ids((user.team_id or 0,)))
    results = []
    with server("headwater.config.server") as port, server("bench.bare") as bare_port:
        ours, bare = Client(port, session_cookie(user)), Client(bare_port)
        for name, (typed, before) in TYPED.items():
            for where, address, rows in (("while typing", "/palette/", 5), ("page", "/search/", 20)):
                page = f"{address}?{urlencode({'q': typed})}"
                asked = {"needle": f"{before}{typed}", "owners": json.dumps(owners), "rows": rows}
                reference = f"/found?{urlencode(asked)}"
                _check_same(ours.get(page), bare.get(reference), rows)
                timing = in_turn(partial(ours.get, page), partial(bare.get, reference), ROUNDS)
                results.append({"what": f"{name}, {where}", **timing})
    return results


def _check_same(ours: bytes, bare: bytes, rows: int) -> None:
    """Refuse to compare answers that do not show as many records."""
    shown, found = ours.count(b'href="/leads/') - ours.count(b'href="/leads/?q='), bare.count(b"<tr>")
    if min(shown, rows) < found:
        raise RuntimeError(f"Search shows {shown} records, the bare view {found}.")
