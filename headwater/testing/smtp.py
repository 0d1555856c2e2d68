"""A real mail server in this process, for tests: it takes, delays or refuses what it is told to."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

TAKEN = "250 taken"


@dataclass
class Mailbox:
    """What the server got, and what it answers: ``to_recipient`` before the message, ``to_message`` after."""

    port: int = 0
    to_recipient: str = TAKEN
    to_message: str = TAKEN
    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)

    @property
    def messages(self) -> list[EmailMessage]:
        """The messages, read as a mail program reads them."""
        return [self._read(envelope) for envelope in self.envelopes]

    def _read(self, envelope: Envelope) -> EmailMessage:
        assert isinstance(envelope.content, bytes)
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    async def handle_RCPT(  # noqa: N802  the server's name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.to_recipient == TAKEN:
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.to_message == TAKEN:
            self.envelopes.append(envelope)
        return self.to_message

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def mail_server(
    mailbox: Mailbox, *, certificate: Path | None = None, needs_login: bool = False, at_once: bool = False
) -> Iterator[Mailbox]:
    """Let the server run; with a certificate it offers STARTTLS, or speaks TLS ``at_once``."""
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    mailbox.port = mailbox.port or free_port()
    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=mailbox.port,
        ssl_context=context if at_once else None,
        tls_context=None if at_once else context,
        require_starttls=bool(context) and not at_once,
        authenticator=mailbox.authenticate,
        auth_required=needs_login and not at_once,
        # speaking TLS from the start counts as encrypted, but the library does not know it
        auth_require_tls=bool(context) and not at_once,
    )
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
