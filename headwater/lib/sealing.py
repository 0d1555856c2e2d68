"""Secrets that the database keeps and only this installation can read.

The key is made from the installation's own, which is never in the database: a stolen backup without it
holds nothing that can be used. Keys of before still open what they closed.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """The text was closed with a key that this installation does not have, or was altered."""


def seal(text: str) -> str:
    """Return a text that only ``unseal`` can read."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed. Raises Unreadable."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as problem:
        raise Unreadable from problem


def reseal(sealed: str) -> str:
    """Return the same closed with the present key, whichever known key closed it. Raises Unreadable."""
    try:
        return _box().rotate(sealed.encode()).decode()
    except InvalidToken as problem:
        raise Unreadable from problem


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_made_from(key)) for key in keys])


def _made_from(key: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(f"headwater.sealing:{key}".encode()).digest())
