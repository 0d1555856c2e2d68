"""Tables whose content every process may remember while their stamp stands."""

import secrets
from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from django.db import connection, models, transaction

from headwater.lib import memo
from headwater.users.models.audited import AuditedQuerySet

M = TypeVar("M", bound=models.Model)


class SharedStamp(models.Model):
    """One row with a random number that every write to a shared table replaces."""

    number = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.number)


def read_stamp() -> int:
    """Return the present stamp; 0 before the first write."""
    with connection.cursor() as cursor:  # plain, for every request asks
        cursor.execute("SELECT number FROM users_sharedstamp WHERE id = 1")
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def renew_stamp() -> None:
    """Make every process read the shared tables anew, from the moment this transaction commits."""
    number = secrets.randbits(62)
    SharedStamp.objects.update_or_create(pk=1, defaults={"number": number})
    memo.forget(number)


class SharedQuerySet(AuditedQuerySet[M]):
    """Renews the stamp on every kind of write."""

    def update(self, **values: Any) -> int:
        with transaction.atomic():
            changed = super().update(**values)
            renew_stamp()
        return changed

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            deleted = super().delete()
            renew_stamp()
        return deleted

    def bulk_create(self, objs: Iterable[M], *args: Any, **options: Any) -> list[M]:
        with transaction.atomic():
            made = super().bulk_create(objs, *args, **options)
            renew_stamp()
        return made


class Shared(models.Model):
    """The base of shared tables: small, read by every request, changed by hand."""

    objects: ClassVar[Any] = SharedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            super().save(*args, **options)
            renew_stamp()

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            deleted = super().delete(*args, **options)
            renew_stamp()
        return deleted
