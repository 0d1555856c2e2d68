"""What a company looks at: reports, a dashboard of them and views of lists, made for everybody."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

from django.db import transaction

from headwater.lib import clock
from headwater.records.saved.models import Audience
from headwater.records.saved.services import save_view
from headwater.reports import dashboards
from headwater.reports.presets import find_preset
from headwater.reports.services import save_report, share_report
from headwater.reports.sharing import Readers
from headwater.users import organization, rates
from headwater.users.actor import Actor

FOLDER = "Sales meeting"
EVERYBODY = Readers(everybody=True)
_BY_MONTH = {
    "rows": [{"id": "d1", "field": "lead.created_at", "grain": "month"}],
    "chart": {"kind": "line", "x": "d1", "y": ["m1"]},
    "sort": [],
}
_BY_TERRITORY = {
    "rows": [{"id": "d1", "field": "lead.territory"}],
    "chart": {"kind": "bar", "x": "d1", "y": ["m1"]},
}
REPORTS: tuple[tuple[str, str, dict[str, Any], int], ...] = (
    ("Conversion by source", "lead.conversion", {}, 6),
    ("Conversion by month", "lead.conversion", _BY_MONTH, 6),
    ("Leads created, converted, archived", "lead.performance", {}, 12),
    ("Conversion by territory", "lead.conversion", _BY_TERRITORY, 6),
    ("Who wins how much", "opportunity.conversion", {}, 6),
)
"""Name, shipped report it is made from, what differs, and columns on the dashboard."""
VIEWS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "lead",
        "Not answered yet",
        {
            "filter": {"all": [{"field": "status", "op": "in", "value": ["lead", "open"]}]},
            "sort": ["created_at"],
        },
    ),
    ("lead", "Board", {"display": "board", "lanes": "status"}),
    ("opportunity", "By stage", {"display": "board", "lanes": "stage"}),
)
DOLLAR_IN_EUROS = "0.92"


@transaction.atomic
def hang_up(actor: Actor) -> None:
    """Make them as one manager's, shared with everybody."""
    if organization.current().currency == "EUR":
        # Cambodia sells in dollars, and a sum needs a rate.
        day = clock.now().date() - timedelta(days=800)
        rates.set_rate(currency="USD", day=day, rate=DOLLAR_IN_EUROS)
    tiles = []
    for name, preset, differing, columns in REPORTS:
        shipped = find_preset(preset)
        assert shipped is not None
        definition = deepcopy(shipped.to_json()["definition"]) | differing
        report = save_report(actor, name=name, definition=definition, folder=FOLDER)
        share_report(actor, report.pk, EVERYBODY)
        tiles.append(dashboards.Placed(report.pk, width=columns))
    made = dashboards.create_dashboard(actor, FOLDER, tiles)
    dashboards.share_dashboard(actor, made.pk, EVERYBODY)
    for object_name, name, settings in VIEWS:
        save_view(actor, object_name, name=name, settings=settings, audience=Audience.EVERYBODY)
