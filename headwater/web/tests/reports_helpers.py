"""What the tests of the report pages share."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from headwater.testing.factories import make_lead, make_option
from headwater.users.models import User
from headwater.web.views.reports.packing import unpack

ClientOf = Callable[[User], Client]
NEW = "/reports/new/"
CONVERSION = {"type": "lead.conversion"}
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
RATE: dict[str, Any] = {
    "v": 1,
    "root": "lead",
    "measures": [{"id": "m1", "ref": "lead.conversion_rate"}],
    "rows": [{"id": "d1", "field": "source"}],
}
FAIR = {"row": {"d1": "fair"}, "measure": "m1"}


def bring_leads(seller_north: User, seller_south: User) -> None:
    """North brought five from the fair, two of them converted; South three by e-mail, none converted."""
    make_option("source", "Fair")
    make_option("source", "Mail")
    for number in range(5):
        converted = {"converted_at": "2026-03-01T10:00:00Z"} if number < 2 else {}
        make_lead(
            seller_north,
            last_name=f"Fair {number}",
            source="fair",
            created_at="2026-02-01T10:00:00Z",
            **converted,
        )
    for number in range(3):
        make_lead(seller_south, last_name=f"Mail {number}", source="mail", created_at="2026-01-10T10:00:00Z")


def get(client: Client, address: str, **query: Any) -> Any:
    words = {
        key: json.dumps(value) if isinstance(value, (dict, list)) else value for key, value in query.items()
    }
    return client.get(address, words)


def text(answer: Any) -> str:
    """Return what a reader sees: no tags, single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())).split())


def table(answer: Any) -> list[list[str]]:
    """Return the table of groups as texts."""
    body = re.search(r'<section class="panel groups".*?</section>', answer.content.decode(), re.DOTALL)
    assert body, "the page has no table of groups"
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body[0], re.DOTALL)
    cells = [
        [
            " ".join(unescape(re.sub(r"<[^>]*>", " ", c)).split())
            for c in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        ]
        for row in rows
    ]
    return [row[:-1] for row in cells if row]


def drawn(answer: Any) -> dict[str, Any]:
    """Return what the browser is told to draw."""
    found = re.search(r"data-chart='([^']*)'", answer.content.decode())
    assert found, "the page has no chart"
    chart: dict[str, Any] = json.loads(unescape(found[1]))
    return chart


def after(client: Client, **controls: Any) -> dict[str, Any]:
    """Use controls of the designer; return the definition of the page they lead to."""
    answer = get(client, NEW, **(CONVERSION | {"apply": "1"} | controls))
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert page.status_code == 200, text(page)
    given = parse_qs(urlsplit(answer["Location"]).query).get("definition")
    found: dict[str, Any] = unpack(given[0]) if given else {}
    return found
