"""Every shipped report by custom fields of each kind: groups, segments, measures and dates."""

from typing import Any

import pytest

from headwater.lib.memo import unit_of_work
from headwater.metadata import registry
from headwater.metadata.custom.definitions import Definition, add_field, offered_kinds
from headwater.reports.catalog import ReportType, report_type
from headwater.reports.drill import drill
from headwater.reports.presets import Preset, presets
from headwater.reports.run import run
from headwater.testing.factories import actor_of, make_lead, make_opportunity
from headwater.users.models import User

pytestmark = pytest.mark.django_db

VALUES: dict[str, Any] = {
    "text": "Blue",
    "choice": "a",
    "multi_choice": ["a", "b"],
    "integer": 3,
    "decimal": "2.50",
    "money": "12.00",
    "boolean": True,
    "date": "2026-03-01",
    "instant": "2026-03-01T10:00:00Z",
}
THIS_YEAR = {"range": {"rel": "this", "unit": "year"}}


@pytest.fixture
def types(administrator: User) -> dict[str, ReportType]:
    """Give leads and opportunities a field of each kind, and a record that fills them."""
    actor = actor_of(administrator)
    for name in ("lead", "opportunity"):
        for kind in offered_kinds(registry.get(name)):
            if kind in VALUES or kind in ("user", "relation"):
                add_field(
                    name, Definition(label=f"Own {kind}", kind=kind, target="customer", options=("A", "B"))
                )
    with unit_of_work():
        own = {f"cf_own_{kind}": value for kind, value in VALUES.items()} | {"cf_own_user": administrator.pk}
        lead = make_lead(administrator, created_at="2026-02-01", **own)
        make_opportunity(actor, title="Deal", lead=lead.pk, **own)
    return {name: report_type(name) for name in ("lead", "opportunity")}


@pytest.mark.parametrize("preset", presets(), ids=lambda preset: preset.key)
def test_shipped_reports_take_custom_fields_of_every_kind(
    administrator: User, types: dict[str, ReportType], preset: Preset
) -> None:
    actor, kind = actor_of(administrator), types[preset.data["root"]]
    plain = {key: value for key, value in preset.data.items() if key not in ("sort", "chart", "compare")}
    own = [one for one in kind.dimensions if one.is_own and not one.section]
    assert {one.kind for one in own} == {*VALUES, "user", "relation"}
    for one in own:
        for side in ("rows", "columns"):
            definition = plain | {side: [{"id": "own", "field": one.key}], "period": None}
            result = run(actor, definition)
            keys = result.rows[0].group.key if side == "rows" else (result.column_groups or [])[0].key
            found = drill(actor, definition, {side.removesuffix("s"): dict(keys)})
            assert found.sentence
        if one.grains:
            run(actor, plain | {"period": THIS_YEAR | {"field": one.key}})
    numbers = [m.ref for m in kind.measures if m.number and kind.entry.fields[m.number].custom]
    assert {ref.split(".")[1] for ref in numbers} == {"cf_own_integer", "cf_own_decimal", "cf_own_money"}
    for ref in numbers:
        rows = [{key: value for key, value in row.items() if key != "top"} for row in plain.get("rows", [])]
        result = run(actor, plain | {"measures": [ref], "rows": rows, "period": None})
        assert result.totals.grand is not None
