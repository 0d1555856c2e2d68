"""Limits on pages and through the API: set by administrators, seen where one makes what they limit."""

from contextlib import suppress
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from headwater.activities.models import Notice
from headwater.jobs.services import run_until_idle
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.records.errors import Invalid
from headwater.reports.models import Report
from headwater.reports.services import save_report
from headwater.testing.factories import actor_of
from headwater.users.models import OutgoingMail, User
from headwater.users.services import update_limits
from headwater.users.tokens import create_token
from headwater.web.tests.reports_helpers import NEW, RATE, ClientOf, get, text

pytestmark = pytest.mark.django_db
OWN = RATE | {"rows": [{"id": "d1", "field": "cf_grade"}]}


@pytest.fixture
def client(client_of: ClientOf, administrator: User) -> Client:
    return client_of(administrator)


@pytest.fixture
def grade(administrator: User) -> None:
    for label in ("Grade", "Other"):
        add_field("lead", Definition(label=label, kind="choice", options=("A", "B")))


def test_an_administrator_sets_limits_and_sees_who_is_near_them(
    client: Client, client_of: ClientOf, administrator: User, seller_north: User
) -> None:
    page = "/settings/limits/"
    for number in range(4):
        save_report(actor_of(seller_north), name=f"No {number}", definition=RATE)
    assert client.post(page, {"most_reports": "5", "own_fields": "true"}).status_code == 302
    shown = text(client.get(page))
    assert "Nora" in shown
    assert "Nearly full 4 of 5" in shown
    for wrong in ("0", "-1", "many", "1000001", "1.5"):
        refused = client.post(page, {"most_reports": wrong})
        assert refused.status_code == 422
        assert "Write a number from 1 to 1,000,000, or nothing." in text(refused)
    assert client.post(page, {"most_reports": "", "own_fields": "true"}).status_code == 302
    assert "Nearly full" not in text(client.get(page))
    assert client_of(seller_north).get(page).status_code == 403


def test_who_saves_reports_sees_how_many_are_left(client: Client, administrator: User) -> None:
    update_limits(most_reports=5, own_fields_in_reports=True)
    for number in range(3):
        save_report(actor_of(administrator), name=f"No {number}", definition=RATE)
    assert "of 5 reports" not in text(client.get("/reports/"))
    first = save_report(actor_of(administrator), name="Fourth", definition=RATE)
    assert "You have 4 of 5 reports." in text(client.get("/reports/"))
    words = {"type": "lead", "definition": RATE}
    assert "You have 4 of 5 reports." in text(get(client, "/reports/saving/", **words))
    save_report(actor_of(administrator), name="Fifth", definition=RATE)
    full = "You have 5 of 5 reports. To save another one, delete one or ask an administrator"
    assert full in text(client.get("/reports/"))
    assert full in text(get(client, "/reports/saving/", **words))
    refused = client.post("/reports/saving/", {"type": "lead.conversion", "name": "Sixth"})
    assert refused.status_code == 422
    copied = client.post(f"/reports/{first.pk}/copy/", follow=True)
    assert "You have 5 of 5 reports" in text(copied)
    assert Report.objects.count() == 5


def test_the_designer_keeps_custom_fields_out_and_says_so(client: Client, grade: None) -> None:
    saved = save_report(actor_of(User.objects.get(role__key="administrator")), name="Own", definition=OWN)
    note = "Custom fields can be columns and conditions here."
    opened = get(client, NEW, type="lead", definition=RATE)
    assert 'value="cf_grade"' in opened.content.decode()
    assert note not in text(opened)
    update_limits(most_reports=None, own_fields_in_reports=False)
    opened = get(client, NEW, type="lead", definition=RATE)
    assert 'value="cf_grade"' not in opened.content.decode()
    assert note in text(opened)
    refused = get(client, NEW, type="lead", definition=OWN)
    assert refused.status_code == 422
    assert "Custom fields are no groups or measures of reports here" in text(refused)
    assert client.get(f"/reports/{saved.pk}/").status_code == 200, "what was saved before is shown"
    kept = get(client, f"/reports/{saved.pk}/", definition=OWN | {"chart": {"kind": "table"}})
    assert kept.status_code == 200


def test_the_api_names_the_limit(client: Client, administrator: User, grade: None) -> None:
    saved = save_report(actor_of(administrator), name="Own", definition=OWN)
    update_limits(most_reports=1, own_fields_in_reports=False)
    key = create_token(administrator, name="Limits")[1]
    programs = Client(headers={"Authorization": f"Bearer {key}"})

    def post(path: str, body: Any) -> Any:
        return programs.post(f"/api/v1/{path}", body, content_type="application/json")

    made = post("reports", {"name": "Two", "definition": RATE})
    assert made.status_code == 422
    assert made.json()["errors"][0]["code"] == "limit_reached"
    more = {"report": saved.pk, "overrides": {"columns": ["cf_other"]}}
    for answer in (post("reports/run", OWN), post("reports/run", more)):
        assert answer.status_code == 422
    assert post("reports/run", OWN).json()["errors"][0]["code"] == "own_field"
    assert post("reports/run", {"report": saved.pk}).status_code == 200
    types = {one["object"]: one for one in programs.get("/api/v1/report-types").json()["items"]}
    assert "cf_grade" not in [one["key"] for one in types["lead"]["dimensions"]]


def test_administrators_are_told_in_the_app_and_by_mail(
    client: Client, client_of: ClientOf, administrator: User, manager: User, seller_north: User
) -> None:
    update_limits(most_reports=5, own_fields_in_reports=True)
    for number in range(4):
        save_report(actor_of(seller_north), name=f"No {number}", definition=RATE)
    page = text(client.get("/notices/"))
    assert "Nora has 4 of 5 reports" in page
    notice = Notice.objects.get(user=administrator)
    assert client.get(f"/notices/{notice.pk}/")["Location"] == "/settings/limits/"
    assert not Notice.objects.exclude(user=administrator).exists()
    for number in range(2):
        with suppress(Invalid):
            save_report(actor_of(seller_north), name=f"More {number}", definition=RATE)
    assert "Nora has 5 of 5 reports and cannot save another one" in text(client.get("/notices/"))
    run_until_idle()
    sent = OutgoingMail.objects.get(user=administrator)
    assert "Nora has 5 of 5 reports and cannot save another one" in str(mail.outbox[-1].body)
    assert sent.subject == "Reports of Nora: 5 of 5"  # the other one was read before
    administrator.role = manager.role
    administrator.save()
    assert "reports" not in text(client.get("/notices/")).partition("<main")[2]
    assert "comes near a limit" not in text(client.get("/settings/notices/"))
    assert "comes near a limit" not in text(client_of(manager).get("/settings/notices/"))


def test_an_administrator_who_reaches_a_limit_herself_is_told_too(
    client: Client, administrator: User
) -> None:
    assert "Somebody comes near a limit" in text(client.get("/settings/notices/"))
    update_limits(most_reports=1, own_fields_in_reports=True)
    save_report(actor_of(administrator), name="One", definition=RATE)
    assert Notice.objects.filter(user=administrator, kind="limit").count() == 1
