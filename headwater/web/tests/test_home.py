"""The start page: one's own work, or that of one's people."""

from pathlib import Path
from typing import Any

import pytest

from headwater.history.models import HistoryEntry
from headwater.testing.factories import make_lead, make_opportunity
from headwater.users.models import User
from headwater.web.tests.reports_helpers import ClientOf, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def leads(seller_north: User, seller_south: User) -> None:
    make_lead(seller_north, first_name="Ilze", last_name="North", next_contact_at="2026-01-01T10:00:00Z")
    make_lead(seller_south, first_name="Juris", last_name="South")
    lead = make_lead(seller_north, first_name="Dzintra", last_name="Deal")
    make_opportunity(seller_north, title="Filters", lead=lead.pk)


def test_who_has_leads_sees_her_own(client_of: ClientOf, leads: None, seller_north: User) -> None:
    page = text(client_of(seller_north).get("/"))
    assert "My open leads" in page
    assert "of my team" not in page


def test_who_leads_a_team_and_has_none_sees_her_teams(
    client_of: ClientOf, leads: None, manager: User
) -> None:
    page = text(client_of(manager).get("/"))
    for label in ("Open leads of my team", "Contact now: my team", "Open opportunities of my team"):
        assert label in page
    assert "Ilze North" in page
    assert "Juris South" not in page
    make_lead(manager, first_name="Own", last_name="Lead")
    mine = text(client_of(manager).get("/"))
    assert "My open leads" in mine
    assert "Contact now: my team" in mine


def test_who_sees_all_and_is_in_no_team_sees_everybodys(
    client_of: ClientOf, leads: None, administrator: User
) -> None:
    page = text(client_of(administrator).get("/"))
    assert "Open leads of everybody" in page
    assert "Juris South" in page


def test_where_nobody_has_any_the_question_is_her_own(client_of: ClientOf, seller_north: User) -> None:
    make_lead(seller_north, first_name="Done", last_name="Lead", status="do_not_contact")
    assert "You have no open opportunities." in text(client_of(seller_north).get("/"))


def test_administrators_are_asked_to_keep_a_copy_of_the_key_until_one_has(
    client_of: ClientOf, administrator: User, manager: User, settings: Any
) -> None:
    asked = "Keep a copy of the secret key"
    settings.KEY_FILE = Path("/srv/headwater/secret.key")
    page = text(client_of(administrator).get("/"))
    assert asked in page
    assert "/srv/headwater/secret.key" in page
    settings.KEY_FILE = None
    assert "HEADWATER_SECRET_KEY" in text(client_of(administrator).get("/"))
    assert asked not in text(client_of(manager).get("/"))
    assert client_of(manager).post("/settings/key/").status_code == 403
    assert client_of(administrator).post("/settings/key/")["Location"] == "/"
    assert asked not in text(client_of(administrator).get("/"))
    entry = HistoryEntry.objects.filter(object="organization").last()
    assert (entry.actor, entry.changes) == (administrator, {"key_kept": [False, True]})


def test_what_one_is_assigned_to_has_a_list_of_its_own(
    client_of: ClientOf, leads: None, administrator: User, seller_south: User, seller_north: User
) -> None:
    lead = make_lead(administrator, first_name="Zane", last_name="Helped", assignees=[seller_south.pk])
    make_opportunity(administrator, title="Pumps", lead=lead.pk, assignees=[seller_south.pk])
    page = text(client_of(seller_south).get("/"))
    assert "Open leads assigned to me" in page
    assert "Zane Helped" in page
    assert "Open opportunities assigned to me" in page
    assert "assigned to me" not in text(client_of(seller_north).get("/"))
    # What one owns as well is not said twice.
    make_lead(seller_north, first_name="Twice", last_name="Mine", assignees=[seller_north.pk])
    assert "assigned to me" not in text(client_of(seller_north).get("/"))


def test_every_list_has_ready_views(client_of: ClientOf, administrator: User, seller_south: User) -> None:
    make_lead(administrator, first_name="Zane", last_name="Helped", assignees=[seller_south.pk])
    make_lead(seller_south, first_name="Other", last_name="One")
    client = client_of(seller_south)
    page = text(client.get("/leads/views/"))
    for label in ("Leads that I own", "Leads assigned to me", "Leads that I follow"):
        assert label in page
    found = text(client.get("/leads/", {"filter": '{"all":[{"field":"assignees","op":"me"}]}'}))
    assert "Zane Helped" in found
    assert "Other One" not in found
