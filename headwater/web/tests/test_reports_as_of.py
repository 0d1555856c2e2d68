"""Reports as of an earlier instant over HTTP: the control, the page, its parts and its files."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from headwater.access.models import Action, RoleRight, Scope
from headwater.pipeline.models import Lead
from headwater.records.write import delete_record, update_record
from headwater.reports.tests.conftest import NOW
from headwater.testing.factories import SYSTEM, make_lead
from headwater.users.models import User
from headwater.web.tests.reports_helpers import (
    NEW,
    PARTIAL,
    RATE,
    ClientOf,
    after,
    bring_leads,
    get,
    table,
    text,
)

THEN = RATE | {"as_of": "2026-03-18"}
EIGHT = [["Fair", "5", "2", "40.0%"], ["Mail", "3", "0", "0.0%"], ["All together", "8", "2", "25.0%"]]


@pytest.fixture
def changed(administrator: User, seller_north: User, seller_south: User) -> Any:
    """Eight leads; two days later one of the fair is deleted and the others came by e-mail."""
    with time_machine.travel(NOW, tick=False) as traveller:
        bring_leads(seller_north, seller_south)
        traveller.shift(timedelta(days=2))
        model: Any = Lead
        fair = list(model.unscoped.filter(source="fair").order_by("pk"))
        delete_record(SYSTEM, "lead", fair[0].pk)
        for lead in fair[1:]:
            update_record(SYSTEM, "lead", lead.pk, {"source": "mail", "last_name": "Moved"})
        yield traveller


@pytest.fixture
def client(client_of: ClientOf, administrator: User) -> Client:
    return client_of(administrator)


def test_the_page_shows_what_it_would_have_shown_then(client: Client, changed: Any) -> None:
    assert table(get(client, NEW, type="lead", definition=RATE))[-1] == ["All together", "7", "1", "14.3%"]
    page = get(client, NEW, type="lead", definition=THEN)
    shown = page.content.decode()
    assert table(page) == EIGHT
    assert "as of 18 Mar" in shown
    assert "The values are those of 18 Mar" in text(page)
    assert "Open as list" not in text(page)
    assert text(page).count("Fair ") >= 5
    assert "Moved" not in shown
    # Who was deleted since is named, and has no page to open.
    assert shown.count('class="row-link"') == 7


def test_the_control_sets_a_day_an_instant_and_now(client: Client, changed: Any) -> None:
    assert after(client, as_of="then", as_of_day="2026-03-18")["as_of"] == "2026-03-18"
    found = after(client, as_of="then", as_of_day="2026-03-18", as_of_time="12:30")
    assert found["as_of"] == "2026-03-18T12:30"
    assert "as_of" not in after(client, as_of="now", as_of_day="2026-03-18")
    page = get(client, NEW, type="lead", definition=RATE | {"as_of": "2026-03-18T12:30"})
    assert 'value="2026-03-18"' in page.content.decode()
    assert 'value="12:30"' in page.content.decode()


@pytest.mark.parametrize(("word", "said"), [("2026-12-01", "a time to come"), ("soon", "is not a date")])
def test_a_wrong_instant_is_named_beside_its_control(
    client: Client, changed: Any, word: str, said: str
) -> None:
    page = get(client, NEW, type="lead", definition=RATE | {"as_of": word})
    assert page.status_code == 422
    assert said in text(page)


def test_parts_of_the_page_and_files_are_of_then(client: Client, changed: Any) -> None:
    words = {"type": "lead", "definition": THEN, "mark": {"row": {"d1": "fair"}, "measure": "m1"}}
    told = get(client, "/reports/explanation/", **words)
    assert "40.0%" in text(told)
    assert "as of 18 Mar" in text(told)
    assert "Open exactly these records" not in text(told)
    asked = {key: word if isinstance(word, str) else json.dumps(word) for key, word in words.items()}
    part = client.get("/reports/records/", asked, headers=PARTIAL)
    assert part.content.decode().count("<tr data-row>") == 5
    for what, expected in (("figures", 4), ("records", 6)):
        answer = get(client, "/reports/export/", what=what, format="csv", **words)
        rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert len(rows) == expected
    assert sorted(row[0] for row in rows[1:]) == [f"Lead Fair {n}" for n in range(5)]


def test_a_file_has_the_records_that_the_right_to_export_reaches_now(
    client_of: ClientOf, changed: Any, seller_north: User, administrator: User
) -> None:
    role = seller_north.role
    RoleRight.objects.filter(role=role, object__in=("lead", "*"), action=Action.EXPORT).delete()
    RoleRight.objects.create(role=role, object="lead", action=Action.EXPORT, scope=Scope.OWN)
    taken = make_lead(seller_north, last_name="Gone")
    changed.shift(timedelta(days=1))
    update_record(SYSTEM, "lead", taken.pk, {"owner": administrator.pk})
    changed.shift(timedelta(days=1))
    asked = RATE | {"as_of": "2026-03-20"}
    client = client_of(seller_north)
    answer = get(client, "/reports/export/", type="lead", definition=asked, what="records", format="csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["Lead Moved"] * 4
