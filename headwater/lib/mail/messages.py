"""The message that carries a letter: headers that are right and that nobody can add to."""

import secrets
from datetime import datetime
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

LONGEST_LINE = 200


def clean_line(text: str) -> str:
    """The text as one line: a line break in a subject or a name could begin a header of its own."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:LONGEST_LINE]


def new_message_id() -> str:
    """A Message-ID that no other mail has. A mail keeps it however often it is tried."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    if not host.isascii() or not host:
        host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"<{secrets.token_hex(16)}@{host}>"


def named_address(name: str, address: str) -> str:
    """The address with the person's name before it."""
    name = clean_line(name).replace("\\", "").replace('"', "'")
    return f'"{name}" <{address}>' if name else address


def build_message(
    *, to: str, name: str, subject: str, text: str, html: str, message_id: str, written_at: datetime
) -> EmailMultiAlternatives:
    """The mail for one person. No program should answer it, and it says so."""
    headers = {
        "Message-ID": message_id,
        "Date": format_datetime(written_at),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    message = EmailMultiAlternatives(clean_line(subject), text, to=[named_address(name, to)], headers=headers)
    if html:
        message.attach_alternative(html, "text/html")
    return message
