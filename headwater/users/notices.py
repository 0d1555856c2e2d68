"""Telling people by mail what concerns them."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial

from django.utils import translation

from headwater.lib import clock
from headwater.lib.mail.letters import Letter
from headwater.lib.mail.messages import clean_line
from headwater.users import letters
from headwater.users.actor import Actor
from headwater.users.models import OutgoingMail, User
from headwater.users.outbox.services import language_of, post_to

QUIET = timedelta(days=1)


def notify_shared(actor: Actor, users: Iterable[User], what: str, url: str) -> int:
    """Tell users that the actor shared something named ``what``, found at the path ``url``.

    Each gets one mail, in her language; the actor herself and people who are switched off get none,
    and nobody hears the same twice in a day, however often it is taken back and shared again.
    Returns how many mails went into the outbox, in the caller's transaction.
    """
    sharer = actor.user.name if actor.user else "Headwater"
    people = {user.pk: user for user in users if user.is_active and user.pk != actor.user_id}
    told = 0
    for user in people.values():
        write = partial(letters.shared, name=user.name, sharer=sharer, what=what, path=url)
        if not _heard(user, write):
            post_to(user, OutgoingMail.Kind.SHARED, write)
            told += 1
    return told


def _heard(user: User, write: Callable[[], Letter]) -> bool:
    with translation.override(language_of(user)):
        subject = clean_line(write().subject)
    mails = OutgoingMail.objects.filter(user=user, kind=OutgoingMail.Kind.SHARED, subject=subject)
    return mails.filter(created_at__gt=clock.now() - QUIET).exists()


def notify_sign_in_changed(user: User, change: str) -> None:
    """Tell a person that how she signs in was changed; ``change`` is a key of ``letters.sign_in_changes``."""
    write = partial(letters.sign_in_changed, name=user.name, change=change)
    post_to(user, OutgoingMail.Kind.SIGN_IN, write)


def notify_limit(person: User, *, count: int, most: int, url: str) -> None:
    """Tell every administrator how many reports somebody has of those that may be."""
    for one in User.objects.filter(is_active=True, role__is_administrator=True):
        write = partial(
            letters.reports_limit, name=one.name, person=person.name, count=count, most=most, path=url
        )
        post_to(one, OutgoingMail.Kind.LIMIT, write)


def send_test(user: User) -> OutgoingMail:
    """Put a test message to the user herself into the outbox."""
    return post_to(user, OutgoingMail.Kind.TEST, partial(letters.test_message, name=user.name))
