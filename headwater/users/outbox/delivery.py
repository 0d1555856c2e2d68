"""One attempt to send a mail.

The state says how far an attempt came, so that one which dies leaves the truth behind: nothing is
handed over before the mail is marked as being sent, and it is marked only once the server answers.
"""

from datetime import timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.db.models import F

from headwater.lib import clock
from headwater.lib.mail.messages import build_message
from headwater.lib.mail.sending import NotSent, hand_over, mail_server
from headwater.users.models import OutgoingMail
from headwater.users.outbox import services

State = OutgoingMail.State
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=3)


def deliver(pk: int) -> str:
    """Try to send a mail; return its state afterwards, "" if it is gone.

    A server that cannot be reached, or says "later", makes it wait longer each time, for three days.
    """
    mail = OutgoingMail.objects.filter(pk=pk).first()
    if mail is None:
        return ""
    if mail.state == State.SENDING:
        _end(mail, State.UNKNOWN)
    elif mail.state == State.WAITING:
        _try(mail)
    mail.refresh_from_db()
    return mail.state


def _try(mail: OutgoingMail) -> None:
    held = State.WAITING
    try:
        with mail_server() as server:
            if not _take(mail):
                return
            held = State.SENDING
            hand_over(server, _message(mail))
            _end(mail, State.SENT, text="", html="", sent_at=clock.now(), error="")
    except NotSent as problem:
        _put_back(mail, held, problem)


def _take(mail: OutgoingMail) -> bool:
    """Mark it as being sent; False when another worker was faster."""
    now = clock.now()
    waiting = OutgoingMail.objects.filter(pk=mail.pk, state=State.WAITING)
    taken = waiting.update(state=State.SENDING, tried_at=now, try_at=now)
    return bool(taken)


def _message(mail: OutgoingMail) -> EmailMessage:
    return build_message(
        to=mail.address,
        name=mail.name,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=mail.message_id,
        written_at=mail.created_at,
    )


def _end(mail: OutgoingMail, state: str, **values: Any) -> None:
    being_sent = OutgoingMail.objects.filter(pk=mail.pk, state=State.SENDING)
    being_sent.update(state=state, attempts=F("attempts") + 1, **values)


def _put_back(mail: OutgoingMail, held: str, problem: NotSent) -> None:
    """Let it wait, or fail. ``held`` is the state we know it in: another worker may have it by now."""
    now = clock.now()
    mine = OutgoingMail.objects.filter(pk=mail.pk, state=held)
    values = {"attempts": F("attempts") + 1, "error": str(problem), "tried_at": now}
    if problem.is_final or now - mail.waiting_since > GIVEN_UP_AFTER:
        mine.update(state=State.FAILED, **values)
        return
    again = now + min(FIRST_PAUSE * 2 ** min(mail.attempts, 10), LONGEST_PAUSE)
    if mine.update(state=State.WAITING, try_at=again, **values):
        services.enqueue(mail.pk, again)
