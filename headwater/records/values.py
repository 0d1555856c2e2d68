"""Reading the values that a writer gives, for one record or for thousands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.fields import reading_as
from headwater.access.models import Action
from headwater.access.people import people_for
from headwater.history.services import Changes
from headwater.metadata import registry
from headwater.metadata.custom import slots
from headwater.metadata.custom.computed import compute
from headwater.metadata.errors import BadValue
from headwater.metadata.objects import Field, ObjectType
from headwater.records.errors import FieldError, Invalid
from headwater.records.find import find_records
from headwater.records.models import Record
from headwater.records.stored_files import settle_files
from headwater.users.actor import Actor


@dataclass
class Cleaned:
    """Stored values by field key, and what was wrong with the others."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)
    record_id: int | None = None  # of the record that is changed

    def refuse(self, key: str, code: str, message: str) -> None:
        self.errors.append(FieldError(key, code, message))


_REMEMBERED = frozenset({str, date})
"""Equal values of these types mean the same: not so equal instants, whose days differ between zones."""


class _Column:
    """One field of rows that are read together: what is asked of it once, and what was read so far."""

    __slots__ = ("clean", "field", "known", "refusal")

    def __init__(self, entry: ObjectType, key: str) -> None:
        self.field: Any = entry.fields.get(key)
        self.refusal = _refusal(entry, key)
        self.clean: Any = self.field.kind.clean if self.field else None
        self.known: dict[str, Any] = {}


def _refusal(entry: ObjectType, key: str) -> tuple[str, str] | None:
    """Return the code and the words by which a key is refused whatever its value; None if it is not."""
    found = entry.fields.get(key)
    if found is None:
        message = _("“%(word)s” is not a field of %(object)s.")
        return "unknown_field", message % {"word": str(key)[:100], "object": entry.label}
    if found.locked:
        return "not_allowed", _("Your role does not let you change %(field)s.") % {"field": found.label}
    if not found.editable:
        return "read_only", _("%(field)s is filled in by the system.") % {"field": found.label}
    return None


def clean_values(entry: ObjectType, given: dict[str, Any]) -> Cleaned:
    """Read a record's values by the kinds of their fields; unknown and computed keys are refused by name."""
    return clean_rows(entry, [given])[0]


def clean_rows(entry: ObjectType, rows: Iterable[dict[str, Any]]) -> list[Cleaned]:
    """Read the values of many records, as ``clean_values`` does; what repeats is read once."""
    columns: dict[str, _Column] = {}
    return [_clean_row(entry, row, columns) for row in rows]


def _clean_row(entry: ObjectType, given: dict[str, Any], columns: dict[str, _Column]) -> Cleaned:
    cleaned = Cleaned()
    values = cleaned.values
    for key, raw in given.items():
        column = columns.get(key)
        if column is None:
            column = columns[key] = _Column(entry, key)
        if column.refusal:
            cleaned.refuse(key, *column.refusal)
            continue
        known = column.known
        try:
            if type(raw) not in _REMEMBERED:
                values[key] = column.clean(raw, column.field)
            elif raw in known:
                values[key] = known[raw]
            else:
                values[key] = known[raw] = column.clean(raw, column.field)
        except BadValue as problem:
            cleaned.refuse(key, problem.code, problem.message)
    return cleaned


def refuse_unreachable(actor: Actor, entry: ObjectType, rows: Sequence[Cleaned]) -> None:
    """Refuse links to records the writer may not see and owners she may not give records to.

    One query per linking field, however many rows.
    """
    for found in entry.fields.values():
        if found.target is None:
            continue
        given = [row for row in rows if row.values.get(found.key) is not None]
        held = _held(entry, found, given)
        wanted = {number for row in given for number in found.numbers_in(row.values[found.key])}
        wanted = wanted.union(*held.values())
        if not wanted:
            continue
        allowed = _reachable(actor, entry, found, wanted)
        for row in given:
            named, before = found.numbers_in(row.values[found.key]), held.get(row.record_id, ())
            if allowed.union(before).issuperset(named):
                if found.target != "user":
                    # What the writer does not see, she cannot have meant to take away.
                    unseen = (number for number in before if number not in allowed and number not in named)
                    row.values[found.key] = (*named, *unseen) if found.kind.many else row.values[found.key]
            else:
                nobody = _("%(field)s: there is no such person for you to choose.")
                nothing = _("%(field)s: there is no such record for you to choose.")
                message = nobody if found.target == "user" else nothing
                row.refuse(found.key, "not_found", message % {"field": found.label})
                del row.values[found.key]


def _held(entry: ObjectType, found: Field, rows: Sequence[Cleaned]) -> dict[int | None, tuple[int, ...]]:
    """Return what a field of several links holds now, by record; nobody has to see that again to keep it."""
    numbers = [row.record_id for row in rows if row.record_id]
    if not numbers or not found.kind.many:
        return {}
    records = entry.unscoped.only(found.column).in_bulk(numbers)
    return {pk: found.value_of(record) for pk, record in records.items()}


def _reachable(actor: Actor, entry: ObjectType, found: Field, wanted: set[int]) -> set[int]:
    if found.target == "user":
        people = people_for(actor, entry.name, found.key)
        return set(people.filter(pk__in=wanted).values_list("pk", flat=True))
    return set(find_records(actor, found.target or "").filter(pk__in=wanted).values_list("pk", flat=True))


def refuse_owner(entry: ObjectType, record: Record, owners: set[int] | None) -> list[FieldError]:
    """Return an error when a new record's owner is none of those it may have; None means anybody."""
    if owners is None or record.owner_id in owners:
        return []
    message = _("Your role lets you make %(object)s of your own or your team's only; choose another owner.")
    return [FieldError("owner", "not_allowed", message % {"object": str(entry.label_plural)})]


def refuse_giving(
    actor: Actor, entry: ObjectType, record: Record, owner_id: int | None, assignees: Sequence[int]
) -> list[FieldError]:
    """Return an error when a record changes hands, or assignees, that the right to give does not reach.

    ``owner_id`` and ``assignees`` are those until now; of a new record the owner that it gets. To whom
    it may be given is judged with the other links of the record. Whoever is assigned may always leave.
    """
    errors = []
    if record.owner_id != owner_id and not _may_give(actor, entry, owner_id):
        message = _("Your role does not let you give this record to somebody.")
        errors.append(FieldError("owner", "not_allowed", message))
    after = tuple(record.assignees)
    if after != tuple(assignees):
        left = tuple(number for number in assignees if number != actor.user_id)
        if after != left and not _may_give(actor, entry, owner_id):
            message = _("Your role does not let you assign this record to somebody.")
            errors.append(FieldError("assignees", "not_allowed", message))
    return errors


def _may_give(actor: Actor, entry: ObjectType, owner_id: int | None) -> bool:
    owners = rights.owner_ids(actor, rights.scope(actor, entry.name, Action.ASSIGN))
    return owners is None or owner_id in owners


def apply_values(entry: ObjectType, record: Record, values: dict[str, Any]) -> None:
    """Set cleaned values and the sibling columns computed from them.

    Siblings of fields that ``derive`` may change are left to ``refresh_derived``.
    """
    for key, value in values.items():
        found = entry.fields[key]
        if found.custom:
            found.put(record, value)
        else:
            setattr(record, found.id_attname, value)
        if found.has_siblings and not (found.bucketed or found.folded):
            set_siblings(found, record, value)


def refresh_derived(entry: ObjectType, record: Record) -> None:
    """Work out computed fields and the sibling columns of every field that ``derive`` may have changed.

    Fills the slots of indexed fields, too.
    """
    if entry.computed:
        compute(entry, record)
    for found in entry.derived_beside:
        set_siblings(found, record, found.value_of(record))
    for found in entry.slotted:
        slots.fill(found, record)


def set_siblings(found: Field, record: Any, value: Any) -> None:
    """Set the columns computed from one field's value."""
    put = found.put_sibling if found.custom else setattr
    for attname, computed in found.kind.siblings(value, found).items():
        put(record, attname, computed)


def missing_values(entry: ObjectType, record: Record) -> list[FieldError]:
    """Return an error for each declared field that is required and empty."""
    return [
        FieldError(found.key, "required", _("%(field)s is required.") % {"field": found.label})
        for found in entry.never_empty
        if found.is_empty(found.value_of(record))
    ]


def first_changes(entry: ObjectType, record: Record) -> Changes:
    """Return what the history of a new record begins with: every field that is not empty."""
    changes: Changes = {}
    stored = vars(record)
    for attname, found in entry.recorded_columns:
        value = stored[attname] if attname else found.value_of(record)
        if value or not found.is_empty(value):
            changes[found.key] = [None, value if type(value) is str else found.kind.to_json(value)]
    return changes


def snapshot(entry: ObjectType, record: Record) -> dict[str, Any]:
    """Return every field in JSON form, except the instant of the last change and parts of other fields."""
    return {found.key: found.kind.to_json(found.value_of(record)) for found in entry.recorded}


class Before:
    """How a record was stored, to tell afterwards what changed of it."""

    def __init__(self, entry: ObjectType, record: Record) -> None:
        self.entry, self.values = entry, snapshot(entry, record)
        self.columns = {f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields}

    def changes(self, record: Record) -> Changes:
        """Return the fields that differ now, each with from and to in JSON form."""
        after = snapshot(self.entry, record)
        return {key: [self.values[key], after[key]] for key in after if self.values[key] != after[key]}

    def changed_columns(self, record: Record) -> set[str]:
        """Return the columns that differ now, technical ones included."""
        return {name for name, value in self.columns.items() if getattr(record, name) != value}


def clean_all(
    actor: Actor,
    entry: ObjectType,
    rows: Iterable[dict[str, Any]],
    record_ids: Sequence[int | None] = (),
) -> list[Cleaned]:
    """Read many rows at once. ``record_ids`` are the records that rows change, in their order."""
    with reading_as(actor):
        cleaned = clean_rows(registry.get(entry.name), rows)
    for row, record_id in zip(cleaned, record_ids, strict=False):
        row.record_id = record_id
    refuse_unreachable(actor, entry, cleaned)
    settle_files(actor, entry, cleaned)
    return cleaned


def read_given(actor: Actor, entry: ObjectType, given: dict[str, Any]) -> dict[str, Any]:
    """Return given values in JSON form as they would be stored. Raises Invalid, as writing them would.

    An empty value where the field has a default of its own is left out.
    """
    (cleaned,) = clean_all(actor, entry, [given])
    if cleaned.errors:
        raise Invalid(cleaned.errors)
    return {
        key: entry.fields[key].kind.to_json(value)
        for key, value in cleaned.values.items()
        if value is not None or entry.fields[key].nullable
    }
