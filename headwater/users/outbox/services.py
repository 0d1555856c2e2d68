"""Putting mails into the outbox, and looking after them there."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation

from headwater.lib import clock
from headwater.lib.mail.letters import Letter
from headwater.lib.mail.messages import clean_line, new_message_id
from headwater.users import organization
from headwater.users.models import OutgoingMail, User

State = OutgoingMail.State
KEPT = timedelta(days=90)
STALE = timedelta(minutes=15)
"""A mail that should have been tried so long ago has lost its job."""


def language_of(user: User) -> str:
    """The language in which a user reads."""
    return user.language or organization.current().language


@transaction.atomic
def post(
    kind: str,
    write: Callable[[], Letter],
    *,
    address: str,
    name: str,
    language: str,
    user: User | None = None,
) -> OutgoingMail:
    """Put a mail into the outbox, in the caller's transaction; a job sends it after the commit.

    ``write`` is called with the reader's language in force. Raises ValidationError for an address
    that is none.
    """
    validate_email(address)
    with translation.override(language):
        letter = write()
        mail = OutgoingMail.objects.create(
            kind=kind,
            user=user,
            address=address,
            name=clean_line(name),
            subject=clean_line(letter.subject),
            text=letter.as_text(),
            html=letter.as_html(),
            message_id=new_message_id(),
        )
    enqueue(mail.pk)
    return mail


def post_to(user: User, kind: str, write: Callable[[], Letter]) -> OutgoingMail:
    """Put a mail to a user into the outbox, in the user's language."""
    return post(kind, write, address=user.email, name=user.name, language=language_of(user), user=user)


def enqueue(pk: int, run_after: datetime | None = None) -> None:
    """Let a job try to send the mail, now or later; asking twice for the same moment makes one job."""
    from headwater.users.jobs import send_mail  # the job calls us back

    moment = run_after.isoformat() if run_after else "now"
    send_mail.using(unique_key=f"mail {pk} {moment}", run_after=run_after).enqueue(pk)


@transaction.atomic
def try_again(pk: int) -> bool:
    """Send a mail now that waits, failed or is perhaps sent; False if there is none to send.

    One that was emptied after sending is never sent again.
    """
    now = clock.now()
    ready = OutgoingMail.objects.filter(pk=pk, state__in=[State.WAITING, State.FAILED, State.UNKNOWN])
    if not ready.exclude(text="").update(state=State.WAITING, attempts=0, waiting_since=now, try_at=now):
        return False
    enqueue(pk)
    return True


def wake() -> int:
    """Give mails whose job was lost a new one; return how many."""
    before = clock.now() - STALE
    lost = OutgoingMail.objects.filter(state__in=[State.WAITING, State.SENDING], try_at__lt=before)
    found = list(lost.values_list("pk", flat=True))
    for pk in found:
        enqueue(pk)
    return len(found)


def forget() -> int:
    """Delete mails that nobody needs to look at any more; return how many."""
    old = OutgoingMail.objects.filter(created_at__lt=clock.now() - KEPT)
    return old.exclude(state__in=[State.WAITING, State.SENDING]).delete()[0]
