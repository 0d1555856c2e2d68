"""Telling people what concerns them: what was shared with them, and how they sign in."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from headwater.lib import formats
from headwater.users import letters, organization
from headwater.users.actor import Actor
from headwater.users.models import ApiToken, OutgoingMail, User
from headwater.users.outbox.services import post_to

Listener = Callable[[Actor, Sequence[User], str, str], None]
_listeners: list[Listener] = []


def on_share(listener: Listener) -> None:
    """Call ``listener`` with (actor, users, name, path) in the sharer's transaction."""
    _listeners.append(listener)


def notify_shared(actor: Actor, users: Iterable[User], what: str, url: str) -> None:
    """Tell users that the actor shared something named ``what``, found at the path ``url``.

    The room of notices tells each in the way she wishes.
    """
    people = list({user.pk: user for user in users}.values())
    for listener in _listeners:
        listener(actor, people, what, url)


def notify_sign_in_changed(user: User, change: str) -> None:
    """Tell a person that how she signs in was changed; ``change`` is a key of ``letters.sign_in_changes``."""
    write = partial(letters.sign_in_changed, name=user.name, change=change)
    post_to(user, OutgoingMail.Kind.SIGN_IN, write)


def notify_token_ends(token: ApiToken) -> None:
    """Tell the owner of a token on which day it ends."""
    day = formats.date(token.expires_at.astimezone(organization.zone()).date()) if token.expires_at else ""
    write = partial(letters.token_ends, name=token.user.name, token=token.name, day=day)
    post_to(token.user, OutgoingMail.Kind.TOKEN_ENDS, write)


def send_test(user: User) -> OutgoingMail:
    """Put a test message to the user herself into the outbox."""
    return post_to(user, OutgoingMail.Kind.TEST, partial(letters.test_message, name=user.name))
