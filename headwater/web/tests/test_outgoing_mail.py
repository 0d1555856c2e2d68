"""The page of outgoing mails, and the notices that reach it."""

from collections.abc import Callable

import pytest
from django.test import Client

from headwater.activities.notices.mails import mail_to
from headwater.jobs.services import run_until_idle
from headwater.records.saved.services import save_view, update_view
from headwater.reports.services import save_report
from headwater.testing.factories import actor_of
from headwater.users.models import OutgoingMail, User
from headwater.users.notices import send_test

CONVERSION = {"v": 1, "root": "lead", "measures": [{"id": "m1", "ref": "lead.conversion_rate"}]}
ClientOf = Callable[[User], Client]
State = OutgoingMail.State


@pytest.fixture
def admin(client_of: ClientOf, administrator: User) -> Client:
    return client_of(administrator)


def test_a_test_message_goes_to_who_asked(admin: Client, administrator: User) -> None:
    assert "No mails yet" in admin.get("/settings/mail/").content.decode()
    assert admin.post("/settings/mail/test/")["Location"] == "/settings/mail/"
    assert OutgoingMail.objects.get().address == administrator.email
    page = admin.get("/settings/mail/").content.decode()
    assert "Waiting" in page
    run_until_idle()
    assert "Sent" in admin.get("/settings/mail/").content.decode()


def test_a_failed_mail_is_shown_with_the_reason_and_tried_again(admin: Client, seller_north: User) -> None:
    mail = send_test(seller_north)
    OutgoingMail.objects.update(state=State.FAILED, error="550 <b>no such mailbox</b>", attempts=1)
    page = admin.get("/settings/mail/?state=failed").content.decode()
    assert "550 &lt;b&gt;no such mailbox&lt;/b&gt;" in page
    assert seller_north.email in page
    assert "No such" not in admin.get("/settings/mail/?state=sent").content.decode()
    assert admin.post(f"/settings/mail/{mail.pk}/retry/").status_code == 302
    run_until_idle()
    mail.refresh_from_db()
    assert mail.state == State.SENT
    again = admin.post(f"/settings/mail/{mail.pk}/retry/", follow=True)
    assert "sent already" in again.content.decode()


def test_keys_in_mails_are_not_shown_to_administrators(admin: Client, seller_north: User) -> None:
    send_test(seller_north)
    OutgoingMail.objects.update(text="https://x/secret-key/")
    assert "secret-key" not in admin.get("/settings/mail/").content.decode()


@pytest.mark.parametrize("query", ["?page=x", "?page=99999", "?page=-1", "?state=<b>", "?state=sent&page=2"])
def test_strange_addresses_show_the_list(admin: Client, seller_north: User, query: str) -> None:
    send_test(seller_north)
    assert admin.get("/settings/mail/" + query).status_code == 200


def test_only_administrators_see_it(client_of: ClientOf, manager: User, seller_north: User) -> None:
    mail = send_test(seller_north)
    client = client_of(manager)
    assert client.get("/settings/mail/").status_code == 403
    assert client.post("/settings/mail/test/").status_code == 403
    assert client.post(f"/settings/mail/{mail.pk}/retry/").status_code == 403


def test_the_way_mails_go_is_said(admin: Client, settings: object) -> None:
    assert "written into the folder" in admin.get("/settings/mail/").content.decode()
    settings.MAIL_WAY, settings.EMAIL_HOST, settings.EMAIL_PORT = "smtp", "smtp.example.com", 587
    page = admin.get("/settings/mail/").content.decode()
    assert "Mails go to smtp.example.com, port 587, encrypted by STARTTLS." in page


def test_sharing_a_report_tells_the_people_named(
    client_of: ClientOf, manager: User, seller_north: User, seller_south: User
) -> None:
    report = save_report(actor_of(manager), name="Leads of May", definition=CONVERSION)
    client = client_of(manager)
    address = f"/reports/{report.pk}/sharing/"
    assert client.post(address, {"users": [seller_north.pk]}).status_code in (200, 204, 302)
    mail_to(seller_north.pk)
    mail = OutgoingMail.objects.get()
    assert mail.address == seller_north.email
    assert mail.subject == "Manager shared “Leads of May” with you"
    assert f"http://localhost:8000/reports/{report.pk}/" in mail.text
    client.post(address, {"users": [seller_north.pk]})
    mail_to(seller_north.pk)
    assert OutgoingMail.objects.count() == 1
    client.post(address, {"users": [seller_north.pk, seller_south.pk]})
    mail_to(seller_south.pk)
    assert OutgoingMail.objects.count() == 2


def test_sharing_a_view_with_the_team_tells_its_members_once(
    manager: User, seller_north: User, seller_south: User, stranger: User
) -> None:
    stranger.team = seller_north.team
    stranger.save()
    view = save_view(actor_of(manager), "lead", name="Hot leads", settings={})
    assert not OutgoingMail.objects.exists()
    update_view(actor_of(manager), view.pk, audience="team")
    mail_to(seller_north.pk)
    mail = OutgoingMail.objects.get()
    assert mail.address == seller_north.email
    assert f"http://localhost:8000/leads/?view={view.pk}" in mail.text
    update_view(actor_of(manager), view.pk, name="Hotter leads")
    update_view(actor_of(manager), view.pk, audience="everybody")
    mail_to(seller_north.pk)
    assert OutgoingMail.objects.count() == 1
