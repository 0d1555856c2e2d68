"""Reading records as they were known at an earlier recorded instant.

Inside ``as_of`` every query of every door reads, instead of the tables of records, what they held
then: the rows that nothing has happened to since, and the others rebuilt from their history. Rights
are those of now, asked of the records of now, so that nobody sees what is no longer hers to see.
"""

# ruff: noqa: S608  (tables and columns are named by the models; values are parameters)

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from headwater.access.visibility import reach_q, settled_for
from headwater.history import asof as history
from headwater.history.asof import Rewound
from headwater.history.models import HistoryEntry
from headwater.history.services import is_field
from headwater.lib import clock, formats
from headwater.lib.snapshot import snapshot
from headwater.lib.update import update_temporary
from headwater.metadata import registry
from headwater.metadata.custom import slots
from headwater.metadata.custom.stored import CUSTOM
from headwater.metadata.errors import FilterError, Problem
from headwater.metadata.objects import ObjectType
from headwater.records.models import Record
from headwater.records.values import set_siblings
from headwater.users import organization
from headwater.users.actor import Actor

MOST_CHANGED = 100_000
"""Of more records of one object that have changed since, an earlier state is not rebuilt in a request."""

_past: ContextVar["_Past | None"] = ContextVar("past", default=None)


@contextmanager
def as_of(actor: Actor, instant: datetime | None) -> Iterator[None]:
    """Let the block read the records as they were known at an instant, and "now" mean that instant.

    The actor is the only reader in the block, which only reads: what it writes is undone or refused.
    None changes nothing. Inside another block of the same reader and instant it is that block.
    Raises FilterError when too much has changed since.
    """
    past = _past.get()
    if instant is None or (past is not None and past.is_for(actor, instant)):
        yield
        return
    if past is not None:
        raise RuntimeError("An earlier state is being read already.")
    past = _Past(actor, instant)
    token = _past.set(past)
    try:
        with (
            snapshot(),
            clock.pretend(instant),
            settled_for(actor),
            connection.execute_wrapper(past),
        ):
            yield
    finally:
        _past.reset(token)


def reached(actor: Actor, object_name: str, numbers: Collection[int], action: str) -> set[int]:
    """Return those of some records that the actor has a right on now; inside ``as_of``, deleted ones too."""
    found = registry.whole(object_name).unscoped.filter(
        reach_q(actor, object_name, action=action), pk__in=numbers
    )
    if _past.get() is None:
        return set(found.filter(deleted_at__isnull=True).values_list("pk", flat=True))
    with _present():
        return set(found.values_list("pk", flat=True))


def still_there(object_name: str, numbers: Collection[int]) -> set[int]:
    """Return those of some records that have not been deleted until now. Asks for no rights."""
    living = registry.whole(object_name).unscoped.filter(deleted_at__isnull=True)
    with _present():
        return set(living.filter(pk__in=numbers).values_list("pk", flat=True))


@contextmanager
def _present() -> Iterator[None]:
    """Let queries read the tables as they are, inside ``as_of``."""
    wrappers, connection.execute_wrappers = connection.execute_wrappers, []
    try:
        with settled_for(None):
            yield
    finally:
        connection.execute_wrappers = wrappers


class _Past:
    """Stands between the ORM and the database, and lets statements read the tables of then.

    A table is prepared when the first statement names it, so that none can be forgotten.
    """

    def __init__(self, actor: Actor, instant: datetime) -> None:
        self.actor, self.instant = actor, instant
        self._tables = {_quoted(entry.model._meta.db_table): entry for entry in registry.whole_objects()}
        self._ready: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def is_for(self, actor: Actor, instant: datetime) -> bool:
        return (self.actor.user_id, self.instant) == (actor.user_id, instant)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        named = [table for table in self._tables if table in sql]
        if not named:
            return execute(sql, params, many, context)
        if many or not sql.lstrip("( ").startswith("SELECT"):
            raise RuntimeError("The records of an earlier time are only read.")
        pieces: list[str] = []
        values: tuple[Any, ...] = ()
        for table in named:
            then = _quoted(f"then_{self._tables[table].model._meta.db_table}")
            body, own = self._body(table)
            pieces.append(f"{then} AS NOT MATERIALIZED ({body})")
            values += own
            sql = sql.replace(table, then)
        statement = f"WITH {', '.join(pieces)} {sql}"
        return execute(statement, (*values, *(params or ())), many, context)

    def _body(self, table: str) -> tuple[str, tuple[Any, ...]]:
        """Return the query, with its values, of what a table held."""
        if table not in self._ready:
            with _present():
                self._ready[table] = _prepared(self.actor, self._tables[table], self.instant)
        return self._ready[table]


def _prepared(actor: Actor, entry: ObjectType, instant: datetime) -> tuple[str, tuple[Any, ...]]:
    """Rebuild what has changed in a temporary table; return the query of everything."""
    rows: QuerySet[Record] = entry.unscoped.order_by().filter(
        reach_q(actor, entry.name), recorded_at__lte=instant
    )
    since = history.entries_since(entry.name, instant).order_by().values("record_id")
    changed = _quoted(f"changed_{entry.model._meta.db_table}")
    count = _copy(rows.filter(pk__in=since), changed)
    if count > MOST_CHANGED:
        raise FilterError([Problem("as_of", "too_much_changed", _too_much(entry, instant))])
    if not count:
        return _compiled(rows)
    _rebuild(entry, changed, instant)
    sql, params = _compiled(rows.exclude(pk__in=_numbers_of(changed)))
    columns = ", ".join(_quoted(str(field.column)) for field in rows.model._meta.concrete_fields)
    return f"{sql} UNION ALL SELECT {columns} FROM {changed}", params


def _copy(rows: QuerySet[Record], table: str) -> int:
    """Copy rows as they are into a temporary table, at most one too many; return how many."""
    sql, params = _compiled(rows[: MOST_CHANGED + 1])
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(f"CREATE TEMPORARY TABLE {table} AS {sql}", params)
        cursor.execute(f"SELECT count(*) FROM {table}")
        count: int = cursor.fetchone()[0]
        if count:
            cursor.execute(f"CREATE UNIQUE INDEX {_quoted(table.strip(_QUOTE) + '_id')} ON {table} (id)")
            if connection.vendor == "postgresql":
                # Its planner knows nothing of a table that was made just now.
                cursor.execute(f"ANALYZE {table}")
    return count


def _rebuild(entry: ObjectType, table: str, instant: datetime) -> None:
    """Give the copied rows the values of then."""
    since = history.entries_since(entry.name, instant).filter(record_id__in=_numbers_of(table))
    rewound = history.rewind(since.values_list("record_id", "verb", "changes").iterator())
    updated = _updated(entry, table, instant)
    custom = _custom_of(entry, rewound)
    by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for number, then in rewound.items():
        values = _columns(entry, then, instant, custom.get(number))
        if then.values and number in updated:
            values["updated_at"] = updated[number]
        if values:
            by_columns[tuple(values)].append((number, *values.values()))
    for attnames, found in by_columns.items():
        _update(entry, table, attnames, found)


def _custom_of(entry: ObjectType, rewound: Mapping[int, Rewound]) -> dict[int, Any]:
    """Return what those records whose custom fields changed since hold in all of them now."""
    own = {key for key, found in entry.fields.items() if found.custom}
    changed = [number for number, then in rewound.items() if not own.isdisjoint(then.values)]
    if not changed:
        return {}
    return dict(entry.unscoped.filter(pk__in=changed).values_list("pk", CUSTOM))


@dataclass
class _Values:
    """The values of custom fields of one record, which are changed back one by one."""

    custom: Any


def _columns(entry: ObjectType, then: Rewound, instant: datetime, custom: Any) -> dict[str, Any]:
    """Return the values of then by column attribute, those computed from them included."""
    own = _Values(custom)
    columns: dict[str, Any] = {}
    if then.existed is not None:
        columns["deleted_at"] = None if then.existed else instant
    for key, written in then.values.items():
        found = entry.fields.get(key)
        if found is None:
            continue  # a field that there is no more
        value = found.kind.present(found.kind.from_json(written), found)
        if found.custom:
            found.put(own, value)
            set_siblings(found, own, value)
            columns[CUSTOM] = own.custom
            if found.slot:
                columns |= slots.values_of(found, own)
            continue
        columns[found.id_attname] = found.kind.empty_value(found) if value is None else value
        columns |= found.kind.siblings(value, found)
    return columns


def _updated(entry: ObjectType, table: str, instant: datetime) -> dict[int, datetime]:
    """Return when a field of each rebuilt record had last changed then."""
    until = HistoryEntry.objects.filter(
        object=entry.name, record_id__in=_numbers_of(table), recorded_at__lte=instant
    )
    found: dict[int, datetime] = {}
    for number, recorded_at, changes in until.order_by("id").values_list(
        "record_id", "recorded_at", "changes"
    ):
        if any(is_field(key) for key in changes):
            found[number] = recorded_at
    return found


def _update(entry: ObjectType, table: str, attnames: tuple[str, ...], found: list[tuple[Any, ...]]) -> None:
    """Write columns of rebuilt rows, each given as its number and the values."""
    fields: dict[str, Any] = {field.attname: field for field in entry.model._meta.concrete_fields}
    columns = [fields[attname] for attname in attnames]
    rows = [
        (*(_stored(field, value) for field, value in zip(columns, values, strict=True)), number)
        for number, *values in found
    ]
    update_temporary(table, [_quoted(field.column) for field in columns], rows)


def _stored(field: Any, value: Any) -> Any:
    return value if isinstance(value, bytes) else field.get_db_prep_save(value, connection)


_QUOTE = '"'


def _quoted(name: str) -> str:
    return f"{_QUOTE}{name}{_QUOTE}"


def _numbers_of(table: str) -> RawSQL:
    return RawSQL(f"SELECT id FROM {table}", ())  # noqa: S611


def _compiled(rows: QuerySet[Record]) -> tuple[str, tuple[Any, ...]]:
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:  # a reader without any right
        columns = ", ".join(_quoted(str(field.column)) for field in rows.model._meta.concrete_fields)
        return f"SELECT {columns} FROM {_quoted(rows.model._meta.db_table)} WHERE 1 = 0", ()


def _too_much(entry: ObjectType, instant: datetime) -> str:
    text = _(
        "More than %(limit)s %(objects)s have changed since %(instant)s, which is too much to look back"
        " at once: choose a later “as of”."
    )
    return text % {
        "limit": formats.number(MOST_CHANGED),
        "objects": str(entry.label_plural).lower(),
        "instant": formats.instant(instant, organization.zone()),
    }
