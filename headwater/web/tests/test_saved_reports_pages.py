"""Saved reports over HTTP: keeping, naming, copying, sharing, and reports whose words are gone."""

import json

import pytest
from django.test import Client

from headwater.reports.models import Report
from headwater.reports.services import readers, save_report, share_report
from headwater.reports.sharing import Readers
from headwater.testing.factories import actor_of
from headwater.users.models import User
from headwater.web.tests.reports_helpers import (
    PARTIAL,
    RATE,
    ClientOf,
    bring_leads,
    get,
    table,
    text,
)


@pytest.fixture
def leads(seller_north: User, seller_south: User) -> None:
    bring_leads(seller_north, seller_south)


@pytest.fixture
def client(client_of: ClientOf, administrator: User) -> Client:
    return client_of(administrator)


def test_saving_renaming_copying_sharing_and_deleting(client: Client, leads: None) -> None:
    saved = client.post(
        "/reports/saving/", {"type": "lead.conversion", "definition": json.dumps(RATE), "name": "Fairs"}
    )
    report = Report.objects.get(name="Fairs")
    assert saved["Location"] == f"/reports/{report.pk}/"
    assert "Fairs (cohort)" in text(client.get(saved["Location"]))
    changed = RATE | {"rows": [{"id": "d1", "field": "owner"}]}
    page = get(client, f"/reports/{report.pk}/", definition=changed)
    assert "Not saved" in text(page)
    client.post(f"/reports/{report.pk}/definition/", {"definition": json.dumps(changed)})
    kept = client.get(f"/reports/{report.pk}/")
    assert "Not saved" not in text(kept)
    assert [row[0] for row in table(kept)] == ["Nora", "Sam", "All together"]
    client.post(f"/reports/{report.pk}/name/", {"name": "Fairs by owner"})
    client.post(f"/reports/{report.pk}/copy/")
    assert sorted(Report.objects.values_list("name", flat=True)) == [
        "Copy of Fairs by owner",
        "Fairs by owner",
    ]
    client.post(f"/reports/{report.pk}/sharing/", {"everybody": "true"})
    assert report.shares.count() == 1
    client.post(f"/reports/{report.pk}/sharing/", {})
    assert report.shares.count() == 0
    client.post(f"/reports/{report.pk}/deletion/")
    assert f"/reports/{report.pk}/" not in client.get("/reports/").content.decode()
    assert not Report.objects.filter(pk=report.pk).exists()


def test_a_name_is_asked_for(client: Client, leads: None) -> None:
    refused = client.post("/reports/saving/", {"type": "lead.conversion", "name": "  "}, headers=PARTIAL)
    assert refused.status_code == 422
    assert "Give the report a name." in text(refused)
    assert not Report.objects.exists()


def test_nobody_opens_a_private_report_and_only_its_owner_changes_a_shared_one(
    client_of: ClientOf, leads: None, seller_north: User, seller_south: User
) -> None:
    report = save_report(actor_of(seller_north), name="Hers", definition=RATE)
    other = client_of(seller_south)
    assert other.get(f"/reports/{report.pk}/").status_code == 404
    assert "Hers" not in text(other.get("/reports/"))
    share_report(actor_of(seller_north), report.pk, Readers(everybody=True))
    page = other.get(f"/reports/{report.pk}/")
    assert "Made by Nora" in text(page)
    for verb, data in (
        ("definition", {"definition": json.dumps(RATE)}),
        ("name", {"name": "Mine"}),
        ("sharing", {"everybody": "false"}),
        ("deletion", {}),
    ):
        assert other.post(f"/reports/{report.pk}/{verb}/", data).status_code == 403, verb
        assert f"/reports/{report.pk}/{verb}/" not in page.content.decode()
    assert other.get(f"/reports/{report.pk}/name/").status_code == 403
    report.refresh_from_db()
    assert report.name == "Hers"


def test_a_saved_report_whose_field_is_gone_still_opens_with_the_hole_named(
    client: Client, administrator: User
) -> None:
    report = save_report(actor_of(administrator), name="Old", definition=RATE)
    Report.objects.filter(pk=report.pk).update(
        definition=RATE | {"rows": [{"id": "d1", "field": "shoe_size"}]}
    )
    answer = client.get(f"/reports/{report.pk}/")
    assert answer.status_code == 422
    assert "shoe_size" in text(answer)
    assert "Old" in text(answer)
    mended = client.get(f"/reports/{report.pk}/", {"apply": "1", "view_by": "source"})
    assert client.get(mended["Location"]).status_code == 200


def test_the_dialog_shares_with_teams_and_users(
    client: Client,
    client_of: ClientOf,
    leads: None,
    administrator: User,
    seller_north: User,
    seller_south: User,
) -> None:
    report = save_report(actor_of(administrator), name="Fairs", definition=RATE)
    address = f"/reports/{report.pk}/sharing/"
    assert "Share “Fairs”" in text(client.get(address))
    client.post(address, {"teams": [seller_north.team_id], "users": [seller_south.pk]})
    assert readers(report) == Readers(teams=(seller_north.team_id or 0,), users=(seller_south.pk,))
    dialog = client.get(address, headers=PARTIAL).content.decode()
    assert f'<option value="{seller_north.team_id}" selected>North' in dialog
    assert f'<option value="{seller_south.pk}" selected>Sam' in dialog
    seen = table(client_of(seller_north).get(f"/reports/{report.pk}/"))
    assert [row[0] for row in seen] == ["Fair", "All together"]
    refused = client.post(address, {"teams": ["999"]}, headers=PARTIAL)
    assert refused.status_code == 422
    assert "There is no such team." in text(refused)
    client.post(address, {"everybody": "true", "teams": [seller_north.team_id]})
    assert readers(report) == Readers(everybody=True)


def test_reports_lie_in_folders_and_are_found_by_words(
    client: Client, leads: None, administrator: User, seller_north: User
) -> None:
    for name, folder in (("Ādaži by source", "Weekly"), ("By owner", "")):
        save_report(actor_of(administrator), name=name, definition=RATE, folder=folder)
    hers = save_report(actor_of(seller_north), name="Fairs", definition=RATE, folder="Weekly")
    share_report(actor_of(seller_north), hers.pk, Readers(everybody=True))
    page = text(client.get("/reports/"))
    assert page.index("By owner") < page.index("Weekly 1") < page.index("Ādaži by source")
    assert page.index("Shared with me") < page.index("Fairs") < page.index("Ready to use")
    for words, names in (
        ("ādaži", {"Ādaži by source"}),
        ("weekly", {"Ādaži by source", "Fairs"}),
        ("nora week", {"Fairs"}),
        ("no such", set()),
    ):
        found = text(client.get("/reports/", {"q": words}))
        assert {name for name in ("Ādaži by source", "By owner", "Fairs") if name in found} == names, words
    mine = Report.objects.get(name="By owner")
    moved = client.post(
        f"/reports/{mine.pk}/name/", {"name": "By owner", "folder": " Old  ones ", "back": "list"}
    )
    assert moved["Location"] == "/reports/"
    mine.refresh_from_db()
    assert (mine.name, mine.folder) == ("By owner", "Old ones")
