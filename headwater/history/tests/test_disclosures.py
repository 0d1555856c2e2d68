"""Who took records away or saw many of them is kept, cannot be rewritten, and is forgotten in time."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from headwater.history.disclosures import MANY, Act, note_disclosure
from headwater.history.jobs import forget_disclosures
from headwater.history.models import Disclosure
from headwater.lib import clock
from headwater.testing.factories import actor_of, make_lead
from headwater.users.actor import SYSTEM
from headwater.users.models import Organization
from headwater.users.services import update_organization

QUESTION: dict[str, Any] = {
    "v": 1,
    "root": "lead",
    "measures": [{"id": "m1", "ref": "lead.count"}],
    "rows": [{"id": "d1", "field": "source"}],
}


@pytest.fixture
def leads(administrator):
    return [make_lead(administrator, email=f"a{n}@example.com") for n in range(MANY)]


def told(**more):
    return list(Disclosure.objects.filter(**more).order_by("pk").values_list("act", "object", "rows"))


def test_a_program_that_reads_in_bulk_is_kept_with_its_question(leads, api_of, administrator):
    program = api_of(administrator)
    program.get("leads", limit=MANY - 1)
    assert told() == []
    program.get("leads", limit=MANY, q="example")
    (kept,) = Disclosure.objects.all()
    assert (kept.act, kept.object, kept.rows, kept.user, kept.door) == (
        Act.LIST,
        "lead",
        MANY,
        administrator,
        "api",
    )
    assert kept.about == {"search": "example"}
    assert kept.address == "127.0.0.1"


def test_records_behind_a_figure_are_kept(leads, api_of, administrator, client_of):
    program = api_of(administrator)
    assert program.post("reports/run", QUESTION).status_code == 200
    assert told() == []
    program.post("reports/drill", {"definition": QUESTION, "cell": {}, "limit": 7})
    assert told() == [(Act.BEHIND, "lead", 7)]
    client_of(administrator).get("/reports/new/?preset=lead_conversion")
    assert Disclosure.objects.filter(door="ui", user=administrator).count() <= 1


def test_figures_by_personal_data_are_kept(leads, api_of, administrator):
    personal = QUESTION | {"rows": [{"id": "d1", "field": "email"}]}
    assert api_of(administrator).post("reports/run", personal).status_code == 200
    (kept,) = Disclosure.objects.all()
    assert (kept.act, kept.about["by"]) == (Act.REPORT, ["E-mail"])


def test_who_sees_nothing_leaves_no_trace(leads, api_of, stranger):
    program = api_of(stranger)
    assert program.get("leads", limit=MANY).status_code == 403
    program.post("reports/drill", {"definition": QUESTION, "cell": {}})
    assert told() == []


def aged(days):
    with clock.pretend(clock.now() - timedelta(days=days)):
        note_disclosure(SYSTEM, Act.EXPORT, "lead", days)


def test_the_log_is_forgotten_when_the_organization_says(organization):
    for days in (20, 100, 400):
        aged(days)
    forget_disclosures.call()
    assert [rows for _act, _object, rows in told()] == [20, 100]
    Organization.objects.filter(pk=1).update(disclosure_days=1)
    forget_disclosures.call()
    assert [rows for _act, _object, rows in told()] == [20], "thirty days are the least"


def test_the_database_refuses_to_change_it_or_to_forget_it_early(organization, administrator):
    note_disclosure(actor_of(administrator), Act.EXPORT, "lead", 3)
    for act in (lambda: Disclosure.objects.update(rows=0), Disclosure.objects.all().delete):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            act()
    assert told() == [(Act.EXPORT, "lead", 3)]


def test_how_long_it_is_kept_has_bounds(organization):
    with pytest.raises(Exception, match="30"):
        update_organization(disclosure_days=5)
