"""Telling people by mail what concerns them."""

from collections.abc import Iterable
from functools import partial

from headwater.users import letters
from headwater.users.actor import Actor
from headwater.users.models import OutgoingMail, User
from headwater.users.outbox.services import post_to


def notify_shared(actor: Actor, users: Iterable[User], what: str, url: str) -> int:
    """Tell users that the actor shared something named ``what``, found at the path ``url``.

    Each gets one mail, in her language; the actor herself and people who are switched off get none.
    Returns how many mails went into the outbox, in the caller's transaction.
    """
    sharer = actor.user.name if actor.user else "Headwater"
    people = {user.pk: user for user in users if user.is_active and user.pk != actor.user_id}
    for user in people.values():
        write = partial(letters.shared, name=user.name, sharer=sharer, what=what, path=url)
        post_to(user, OutgoingMail.Kind.SHARED, write)
    return len(people)


def send_test(user: User) -> OutgoingMail:
    """Put a test message to the user herself into the outbox."""
    return post_to(user, OutgoingMail.Kind.TEST, partial(letters.test_message, name=user.name))
