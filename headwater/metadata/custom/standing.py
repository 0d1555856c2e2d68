"""The definitions of fields stand still while records are written.

What a writer keeps beside a value (in search, in an index) follows the definitions. A change of them waits
for writers that go on by the old ones, and writers that begin later go by the new ones. So the work that
follows a change finds every record that an old definition wrote.
"""

from django.db import connection

from headwater.lib import memo

_NUMBER = 0x_4844_5752_4644
"""What PostgreSQL knows the lock by; SQLite lets one transaction write at a time anyway."""


def keep() -> None:
    """Read the definitions as they are now and keep them so until this transaction ends, to write records."""
    _lock("pg_advisory_xact_lock_shared")
    memo.renew()


def change() -> None:
    """Wait for who writes records, and let nobody begin until this transaction ends, to change fields."""
    _lock("pg_advisory_xact_lock")


def _lock(function: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_NUMBER])
