"""Mails leave through a real mail server, in the end; until then nothing is lost and nobody waits."""

import ssl
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.db import transaction

from headwater.jobs.models import Job
from headwater.jobs.services import run_until_idle
from headwater.lib import clock
from headwater.lib.mail.letters import Letter
from headwater.testing.smtp import Mailbox, mail_server
from headwater.users.actor import Actor
from headwater.users.models import OutgoingMail, User
from headwater.users.notices import notify_shared, send_test
from headwater.users.outbox import delivery, services
from headwater.users.outbox.services import post

pytestmark = pytest.mark.django_db

State = OutgoingMail.State


@pytest.fixture
def mailbox(settings: LazySettings) -> Iterator[Mailbox]:
    """A mail server that takes everything until it is told otherwise."""
    with mail_server(Mailbox()) as box:
        use(settings, box.port)
        yield box


def use(settings: LazySettings, port: int, security: str = "none", password: str = "") -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", port
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = security == "starttls", security == "tls"
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "crm" if password else "", password
    settings.DEFAULT_FROM_EMAIL = "Bērziņa & Co <crm@example.com>"
    settings.PUBLIC_URL = "https://crm.example.com"


def the_mail() -> OutgoingMail:
    return OutgoingMail.objects.get()


def test_a_mail_is_sent_by_a_job_and_its_text_forgotten(mailbox: Mailbox, seller_north: User) -> None:
    mail = send_test(seller_north)
    assert (mailbox.envelopes, mail.state) == ([], State.WAITING)
    run_until_idle()
    (message,) = mailbox.messages
    assert message["To"] == "Nora <nora@example.com>"
    assert message["From"] == "Bērziņa & Co <crm@example.com>"
    assert message["Message-ID"] == mail.message_id
    assert message["Message-ID"].endswith("@example.com>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert abs(message["Date"].datetime - clock.now()) < timedelta(minutes=5)
    assert mailbox.envelopes[0].mail_from == "crm@example.com"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "Hello Nora," in text.get_content()
    assert 'href="https://crm.example.com/"' in html.get_content()
    sent = the_mail()
    assert (sent.state, sent.text, sent.html, sent.attempts) == (State.SENT, "", "", 1)


def test_a_mail_that_is_rolled_back_is_never_sent(mailbox: Mailbox, seller_north: User) -> None:
    with transaction.atomic():
        send_test(seller_north)
        transaction.set_rollback(True)
    run_until_idle()
    assert not mailbox.envelopes
    assert not OutgoingMail.objects.exists()


def test_names_and_subjects_of_every_script_arrive(
    mailbox: Mailbox, manager: User, seller_north: User
) -> None:
    seller_north.name = 'สมชาย "Ko", វិមាន <x>'
    seller_north.save()
    manager.name = "Jānis Bērziņš"
    manager.save()
    notify_shared(Actor(manager), [seller_north], "ยอดขาย ២០២៦ – “č”" * 3, "/reports/1/")
    run_until_idle()
    (message,) = mailbox.messages
    assert message["Subject"].strip() == "Jānis Bērziņš shared “" + "ยอดขาย ២០២៦ – “č”" * 3 + "” with you"
    (address,) = message["To"].addresses
    assert address.display_name == "สมชาย 'Ko', វិមាន <x>"
    assert address.addr_spec == "nora@example.com"
    assert mailbox.envelopes[0].rcpt_tos == ["nora@example.com"]


def test_nobody_adds_a_header(mailbox: Mailbox, manager: User, seller_north: User) -> None:
    evil = "x\r\nBcc: victim@example.com\r\n\r\n<b>"
    for person in (manager, seller_north):
        person.name = evil
        person.save()
    notify_shared(Actor(manager), [seller_north], evil, "/reports/1/")
    run_until_idle()
    (message,) = mailbox.messages
    assert message["Bcc"] is None
    assert mailbox.envelopes[0].rcpt_tos == ["nora@example.com"]
    html = message.get_body(("html",))
    assert html is not None
    assert "&lt;b&gt;" in html.get_content()


@pytest.mark.parametrize(
    "address", ["", "x", "a@example.com\nBcc: b@example.com", "a@example.com, b@example.com"]
)
def test_what_is_no_address_is_refused_at_once(organization: object, address: str) -> None:
    with pytest.raises(ValidationError):
        post("test", lambda: Letter("s", ["t"]), address=address, name="", language="en")


def test_each_reads_her_own_language(mailbox: Mailbox, seller_north: User, seller_south: User) -> None:
    seen: list[str] = []

    def write() -> Letter:
        from django.utils.translation import get_language

        seen.append(str(get_language()))
        return Letter("s", ["t"])

    seller_north.language = "lv"
    for person in (seller_north, seller_south):
        services.post_to(person, "test", write)
    assert seen == ["lv", "en"]
    assert '<html lang="lv">' in OutgoingMail.objects.get(user=seller_north).html


def test_a_server_that_is_down_loses_nothing(settings: LazySettings, seller_north: User) -> None:
    box = Mailbox()
    with mail_server(box):
        pass  # it was there once: its port is free now
    use(settings, box.port)
    with time_machine.travel("2026-05-04 10:00:00+00:00", tick=False) as now:
        send_test(seller_north)
        pauses = []
        for _attempt in range(9):
            run_until_idle()
            mail = the_mail()
            pauses.append((mail.try_at - clock.now()).total_seconds() / 60)
            now.move_to(mail.try_at)
        assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
        assert (mail.state, mail.attempts) == (State.WAITING, 9)
        assert "ConnectionRefusedError" in mail.error
        with mail_server(box):
            run_until_idle()
    assert len(box.messages) == 1
    assert (the_mail().state, the_mail().error) == (State.SENT, "")
    assert box.messages[0]["Message-ID"] == mail.message_id


def test_after_three_days_a_mail_is_given_up_and_can_be_tried_again(
    settings: LazySettings, seller_north: User
) -> None:
    box = Mailbox()
    with mail_server(box):
        pass
    use(settings, box.port)
    with time_machine.travel("2026-05-04 10:00:00+00:00", tick=False) as now:
        send_test(seller_north)
        now.shift(delivery.GIVEN_UP_AFTER + timedelta(minutes=1))
        run_until_idle()
        assert the_mail().state == State.FAILED
        with mail_server(box):
            assert services.try_again(the_mail().pk)
            run_until_idle()
    assert the_mail().state == State.SENT
    assert not services.try_again(the_mail().pk)
    assert len(box.messages) == 1


@pytest.mark.parametrize("where", ["to_recipient", "to_message"])
def test_later_is_tried_again_and_accepted(mailbox: Mailbox, seller_north: User, where: str) -> None:
    setattr(mailbox, where, "451 4.7.1 greylisted, come back")
    with time_machine.travel("2026-05-04 10:00:00+00:00", tick=False) as now:
        send_test(seller_north)
        run_until_idle()
        waiting = the_mail()
        assert (waiting.state, waiting.error) == (State.WAITING, "451 4.7.1 greylisted, come back")
        setattr(mailbox, where, "250 taken")
        run_until_idle()
        assert the_mail().state == State.WAITING
        now.move_to(waiting.try_at)
        run_until_idle()
    assert (the_mail().state, len(mailbox.messages)) == (State.SENT, 1)


@pytest.mark.parametrize("where", ["to_recipient", "to_message"])
def test_no_for_good_is_failed_and_shown(mailbox: Mailbox, seller_north: User, where: str) -> None:
    setattr(mailbox, where, "550 5.1.1 no such mailbox")
    send_test(seller_north)
    run_until_idle()
    assert (the_mail().state, the_mail().error) == (State.FAILED, "550 5.1.1 no such mailbox")
    assert not Job.objects.filter(state=Job.State.QUEUED).exists()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of localhost with its key, as no authority knows it."""
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    key = path.with_suffix(".key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", str(key), "-out", str(path)],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + key.read_text())
    return path


@pytest.mark.parametrize(("security", "at_once"), [("starttls", False), ("tls", True)])
def test_the_server_is_asked_for_encryption_and_gets_the_password_only_then(
    settings: LazySettings,
    seller_north: User,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    security: str,
    at_once: bool,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(Mailbox(), certificate=certificate, needs_login=True, at_once=at_once) as box:
        use(settings, box.port, security, password="right")
        send_test(seller_north)
        run_until_idle()
    assert the_mail().state == State.SENT, the_mail().error
    assert box.logins == [(b"crm", b"right")]


def test_a_wrong_password_waits_until_it_is_mended(
    settings: LazySettings, seller_north: User, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(Mailbox(), certificate=certificate, needs_login=True) as box:
        use(settings, box.port, "starttls", password="wrong")
        send_test(seller_north)
        run_until_idle()
        assert (the_mail().state, the_mail().error[:3]) == (State.WAITING, "535")
        use(settings, box.port, "starttls", password="right")
        services.try_again(the_mail().pk)
        run_until_idle()
    assert the_mail().state == State.SENT


def test_an_unknown_certificate_gets_no_mail(
    settings: LazySettings, seller_north: User, certificate: Path
) -> None:
    assert ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED
    with mail_server(Mailbox(), certificate=certificate) as box:
        use(settings, box.port, "starttls", password="right")
        send_test(seller_north)
        run_until_idle()
    assert (box.envelopes, box.logins, the_mail().state) == ([], [], State.WAITING)
    assert "certificate" in the_mail().error.lower()


def test_a_server_without_encryption_gets_no_mail(settings: LazySettings, seller_north: User) -> None:
    with mail_server(Mailbox()) as box:
        use(settings, box.port, "starttls", password="right")
        send_test(seller_north)
        run_until_idle()
    assert (box.envelopes, box.logins, the_mail().state) == ([], [], State.WAITING)
    assert "STARTTLS" in the_mail().error


def test_a_worker_that_died_while_sending_leaves_perhaps(mailbox: Mailbox, seller_north: User) -> None:
    mail = send_test(seller_north)
    OutgoingMail.objects.filter(pk=mail.pk).update(state=State.SENDING)
    run_until_idle()
    assert (the_mail().state, mailbox.envelopes) == (State.UNKNOWN, [])
    services.try_again(mail.pk)
    run_until_idle()
    assert the_mail().state == State.SENT


def test_two_jobs_send_a_mail_once(mailbox: Mailbox, seller_north: User) -> None:
    mail = send_test(seller_north)
    services.enqueue(mail.pk, clock.now() - timedelta(seconds=1))
    assert run_until_idle() == 2
    assert len(mailbox.messages) == 1


def test_a_mail_whose_job_was_lost_is_found(mailbox: Mailbox, seller_north: User) -> None:
    send_test(seller_north)
    Job.objects.all().delete()
    assert services.wake() == 0
    OutgoingMail.objects.update(try_at=clock.now() - timedelta(hours=1))
    assert services.wake() == 1
    run_until_idle()
    assert len(mailbox.messages) == 1


def test_old_mails_are_forgotten_unless_they_still_wait(mailbox: Mailbox, seller_north: User) -> None:
    old = clock.now() - timedelta(days=91)
    send_test(seller_north)
    run_until_idle()
    waiting = send_test(seller_north)
    OutgoingMail.objects.update(created_at=old)
    assert services.forget() == 1
    assert the_mail().pk == waiting.pk


def test_a_fresh_installation_writes_files(
    settings: LazySettings, seller_north: User, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    send_test(seller_north)
    run_until_idle()
    (file,) = (tmp_path / "mail").iterdir()
    assert "Subject: Test message from Headwater" in file.read_text()
    assert the_mail().state == State.SENT
