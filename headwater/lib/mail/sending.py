"""Handing a message to the mail server, and what its answers mean."""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from smtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import Any

from django.core.mail import EmailMessage, get_connection

LONGEST_ERROR = 1000


class NotSent(Exception):
    """The message was not taken. ``is_final`` when trying again would change nothing."""

    def __init__(self, message: str, *, is_final: bool) -> None:
        super().__init__(message[:LONGEST_ERROR])
        self.is_final = is_final


@contextmanager
def mail_server() -> Generator[Any]:
    """A connection that is open, for ``hand_over``. Raises NotSent while the server cannot be used.

    That is never final: a server comes back, and a wrong password or certificate gets mended.
    """
    connection = get_connection()
    try:
        try:
            connection.open()
        except SMTPResponseException as error:
            raise NotSent(_answer(error.smtp_code, error.smtp_error), is_final=False) from error
        except (SMTPException, OSError) as error:
            raise NotSent(_words(error), is_final=False) from error
        yield connection
    finally:
        with suppress(SMTPException, OSError):
            connection.close()


def hand_over(connection: Any, message: EmailMessage) -> None:
    """Give one message to the server. Raises NotSent; 5xx is final, everything else is not."""
    try:
        connection.send_messages([message])
    except SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        raise NotSent(_answer(code, answer), is_final=code >= 500) from error
    except SMTPAuthenticationError as error:
        raise NotSent(_answer(error.smtp_code, error.smtp_error), is_final=False) from error
    except SMTPResponseException as error:
        raise NotSent(_answer(error.smtp_code, error.smtp_error), is_final=error.smtp_code >= 500) from error
    except (SMTPException, OSError) as error:
        raise NotSent(_words(error), is_final=False) from error
    except ValueError as error:  # an address that cannot be written in a header
        raise NotSent(_words(error), is_final=True) from error


def _answer(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return f"{code} {' '.join(words.split())}"


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
