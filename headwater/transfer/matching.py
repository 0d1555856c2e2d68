"""Which record a row means: by its match fields, within the file and in the database."""

from collections import defaultdict
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from headwater.lib.phones import e164_of
from headwater.metadata.custom.uniqueness import unique_form
from headwater.metadata.errors import BadValue
from headwater.metadata.objects import Field, ObjectType
from headwater.records.find import find_records
from headwater.records.unique import held_by
from headwater.transfer.options import Options
from headwater.transfer.reading import ReadRow, Reason
from headwater.users import organization
from headwater.users.actor import Actor

Key = tuple[Any, ...]


class Matcher:
    """Gives each row its record, and refuses rows that mean none, several, or the same one again."""

    def __init__(self, actor: Actor, entry: ObjectType, options: Options) -> None:
        self.actor = actor
        self.entry = entry
        self.mode = options.mode
        self.fields = [entry.fields[key] for key in options.match]
        # Rows of the file by a short digest of their key: some bytes per row, however wide the file.
        self._seen: dict[int, int] = {}
        self._seen_ids: dict[int, int] = {}
        self._unique = [field for field in entry.unique_fields if field not in self.fields]

    def remember(self, rows: Sequence[ReadRow]) -> None:
        """Take note of rows dealt with before an interruption."""
        for row in rows:
            self._refuse_repeated(row, self._key(row))

    def match(self, rows: Sequence[ReadRow]) -> None:
        """Set ``record_id`` of the rows, or add the reason why they fail."""
        keys = [self._key(row) for row in rows]
        for row, key in zip(rows, keys, strict=True):
            self._refuse_repeated(row, key)
        if not self.fields:
            return
        wanted = {key for row, key in zip(rows, keys, strict=True) if key is not None and not row.reasons}
        found = self._stored(wanted)
        for row, key in zip(rows, keys, strict=True):
            if not row.reasons:
                self._settle(row, key, found)

    def _key(self, row: ReadRow) -> Key | None:
        """The row's match values in stored form; None when one of them is missing."""
        if not self.fields:
            return None
        parts = tuple(self._part(field, row.values.get(field.key)) for field in self.fields)
        return None if any(part is None or part == "" for part in parts) else parts

    def _part(self, field: Field, raw: Any) -> Any:
        value = _stored_form(field, raw)
        return unique_form(field, value) if self._by_unique_value else value

    @property
    def _by_unique_value(self) -> bool:
        """Whether one unique field finds the records: its values are compared as it keeps them."""
        keys = tuple(field.key for field in self.fields)
        return len(keys) == 1 and bool(self.fields[0].unique) and keys in self.entry.match_keys

    def _refuse_repeated(self, row: ReadRow, key: Key | None) -> None:
        """Within the file a key, and an external id, may stand once."""
        if row.reasons:
            return
        if key is not None and (first := self._seen.setdefault(_digest(key), row.number)) != row.number:
            self._repeated(row, self.fields[0].key, first)
            return
        for field in self._unique:
            form = (field.key, unique_form(field, _stored_form(field, row.values.get(field.key))))
            if form[1] and (first := self._seen_ids.setdefault(_digest(form), row.number)) != row.number:
                self._repeated(row, field.key, first)
                return
        given = row.values.get("external_id")
        if given and [field.key for field in self.fields] != ["external_id"]:
            identity = (row.values.get("external_system") or "", str(given).strip())
            if (first := self._seen_ids.setdefault(_digest(identity), row.number)) != row.number:
                self._repeated(row, "external_id", first)

    def _repeated(self, row: ReadRow, key: str, first: int) -> None:
        message = _("The file has the same %(field)s in an earlier row.")
        detail = _("(row %(number)d)") % {"number": first}
        label = self.entry.fields[key].label
        row.reasons.append(Reason(key, "", "duplicate_in_file", message % {"field": label}, detail))

    def _settle(self, row: ReadRow, key: Key | None, found: dict[Key, set[int]]) -> None:
        label = ", ".join(str(field.label) for field in self.fields)
        if key is None:
            message = _("The row has no %(field)s to find its record by.")
            row.reasons.append(Reason(self.fields[0].key, "", "no_match_value", message % {"field": label}))
            return
        pks = found.get(key, set())
        if len(pks) > 1:
            message = _("Several records have this %(field)s.")
            row.reasons.append(Reason(self.fields[0].key, "", "ambiguous_match", message % {"field": label}))
        elif pks and self.mode == "create":
            message = _("A record with this %(field)s exists already.")
            row.reasons.append(Reason(self.fields[0].key, "", "exists", message % {"field": label}))
        elif not pks and self.mode == "update":
            message = _("There is no record with this %(field)s.")
            row.reasons.append(Reason(self.fields[0].key, "", "no_match", message % {"field": label}))
        elif pks:
            row.record_id = next(iter(pks))

    def _stored(self, wanted: set[Key]) -> dict[Key, set[int]]:
        """The records the actor sees for each key, with one query for all of them."""
        found: dict[Key, set[int]] = defaultdict(set)
        if not wanted:
            return found
        if self._by_unique_value:
            number = self.fields[0].unique
            for form, pk in held_by(number, [key[0] for key in wanted], self.actor, self.entry):
                found[form,].add(pk)
            return found
        lookups = [_lookup(field) for field in self.fields]
        condition = {f"{lookups[0][0]}__in": sorted({key[0] for key in wanted}, key=str)}
        for pk, *parts in self._candidates(condition, lookups):
            if (key := tuple(parts)) in wanted:
                found[key].add(pk)
        return found

    def _candidates(self, condition: dict[str, Any], lookups: list[tuple[str, ...]]) -> list[tuple[Any, ...]]:
        records = find_records(self.actor, self.entry.name)
        if self.fields[0].key == "external_id":
            # The index leaves out empty ids; SQLite uses it only where the query says so too.
            records = records.filter(~Q(external_id=""))
        rows = list(records.filter(**condition).values_list("pk", *(names[0] for names in lookups)))
        # A phone that is no valid number has no E.164 form and is compared as typed.
        if any(len(names) > 1 for names in lookups):
            typed = {f"{lookups[0][-1]}__in": next(iter(condition.values()))}
            rows += records.filter(**typed).values_list("pk", *(names[-1] for names in lookups))
        return rows


def _lookup(field: Field) -> tuple[str, ...]:
    if field.kind.name == "phone":
        return (f"{field.attname}_e164", field.attname)
    return (field.id_attname,)


def _stored_form(field: Field, raw: Any) -> Any:
    """The value as its column holds it; None when it is empty or will be refused by the door anyway."""
    try:
        value = field.kind.clean(raw, field)
    except BadValue:
        return None
    if field.kind.name == "phone" and value:
        return e164_of(value, organization.current().phone_region) or value
    return value


def _digest(key: Key) -> int:
    return int.from_bytes(blake2b(repr(key).encode(), digest_size=8).digest())
