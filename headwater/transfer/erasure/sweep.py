"""Finding a person's words in everything that is stored, and taking them out.

Every table is looked through, also those that are added later; ``UNTOUCHED`` says which are not, and why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.functions import Cast

from headwater.metadata import registry
from headwater.metadata.custom.stored import CUSTOM
from headwater.metadata.objects import Field, ObjectType
from headwater.records.erasing import overwrite
from headwater.records.models import Record
from headwater.transfer.erasure.plan import SAYING, TEXTS, Words, empty_value, escaped
from headwater.users.actor import Actor

UNTOUCHED = {
    "users.User": "accounts of people who work here",
    "users.Invitation": "accounts of people who work here",
    "users.CacheEntry": "counts of attempts to sign in, which expire",
    "account.EmailAddress": "accounts of people who work here",
    "account.EmailConfirmation": "accounts of people who work here",
    "mfa.Authenticator": "secrets of people who work here",
    "socialaccount.SocialApp": "settings of sign-in",
    "socialaccount.SocialAccount": "accounts of people who work here",
    "socialaccount.SocialToken": "accounts of people who work here",
    "usersessions.UserSession": "sessions of people who work here",
    "sessions.Session": "packed, and over within days",
    "auth.Permission": "nothing of ours",
    "auth.Group": "nothing of ours",
    "contenttypes.ContentType": "nothing of ours",
    "history.HistoryEntry": "redacted, so that its chain holds",
    "history.Disclosure": "redacted, for it may not be changed otherwise",
    "history.Seal": "digests",
    "history.Redaction": "numbers",
    "records.SearchRow": "follows the records",
    "transfer.Erasure": "holds no personal data",
}
_SHORTEST = 10


def containing(rows: Any, columns: Iterable[models.Field[Any, Any]], words: Words) -> Any:
    """Return the rows in which a word stands in one of the columns, in any case."""
    found, texts = Q(), {}
    for column in columns:
        name = column.attname
        if isinstance(column, models.JSONField):
            texts[f"{name}_as_text"] = Cast(name, models.TextField())
            name = f"{name}_as_text"
        for spelling in words.spellings():
            for form in dict.fromkeys((spelling, escaped(spelling))):
                found |= Q(**{f"{name}__icontains": form})
    return rows.annotate(**texts).filter(found) if found else rows.none()


def _columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key
        and not field.choices
        and isinstance(field, models.CharField | models.TextField | models.JSONField)
        and (field.max_length is None or field.max_length >= _SHORTEST)
    ]


def swept_models() -> list[type[models.Model]]:
    """Return the tables that are looked through row by row."""
    return [
        model
        for model in apps.get_models()
        if not issubclass(model, Record) and model._meta.label not in UNTOUCHED and _columns(model)
    ]


def mask_tables(words: Words) -> int:
    """Take the words out of every swept table; return how many rows had them."""
    return sum(_mask_table(model, words) for model in swept_models()) if words else 0


def _mask_table(model: type[models.Model], words: Words) -> int:
    columns = _columns(model)
    masked = 0
    for row in list(containing(model._default_manager.all(), columns, words)):
        values = {}
        for column in columns:
            value = getattr(row, column.attname)
            if (new := words.mask(value)) != value:
                values[column.attname] = new[: column.max_length] if isinstance(new, str) else new
        if values:
            _write(model, row.pk, values)
            masked += 1
    return masked


def _write(model: type[models.Model], pk: Any, values: dict[str, Any]) -> None:
    rows = model._default_manager.filter(pk=pk)
    try:
        with transaction.atomic():
            rows.update(**values)
    except IntegrityError:  # another row is called the same already
        rows.update(**{k: f"{v} {pk}" if isinstance(v, str) else v for k, v in values.items()})


@dataclass
class Masked:
    """Another record that the words were taken out of.

    ``after`` is what its fields are now that changed, in JSON form; ``emptied`` are those of them that say
    who the person is and hold nothing any more.
    """

    entry: ObjectType
    record: Record
    after: dict[str, Any]
    emptied: set[str]


def mask_records(actor: Actor, words: Words, but: tuple[str, int]) -> list[Masked]:
    """Take the words out of every other record, deleted ones too."""
    found = []
    for known in registry.objects() if words else ():
        if not known.is_record:
            continue
        entry = registry.whole(known.name)
        for record in _records_with(entry, words, but):
            values = _masked_values(entry, record, words)
            if values and (after := overwrite(actor, entry, record, values, words.stand_in)):
                emptied = {key for key, value in values.items() if entry.fields[key].is_empty(value)}
                found.append(Masked(entry, record, after, emptied & after.keys()))
    return found


def _masked_values(entry: ObjectType, record: Record, words: Words) -> dict[str, Any]:
    texts = [field for field in entry.fields.values() if field.kind.name in SAYING]
    values: dict[str, Any] = {}
    for field in texts:
        value = field.value_of(record)
        if (new := words.mask_field(field, value)) == value:
            continue
        if field.editable:
            values[field.key] = new[: field.max_length] if isinstance(new, str) else new
        else:  # put together from parts of the name
            values |= {f.key: empty_value(f) for f in texts if _is_part(f, record, words)}
    return values


def _is_part(field: Field, record: Record, words: Words) -> bool:
    value = field.value_of(record)
    return field.editable and field.personal and bool(value) and words.hold(value)


def _records_with(entry: ObjectType, words: Words, but: tuple[str, int]) -> Sequence[Any]:
    names = {f.attname for f in entry.fields.values() if f.kind.name in TEXTS and not f.custom}
    columns = [f for f in entry.model._meta.concrete_fields if f.attname in names or f.name == CUSTOM]
    rows = entry.unscoped
    if entry.name == but[0]:
        rows = rows.exclude(pk=but[1])
    return list(containing(rows.order_by("pk").select_for_update(of=("self",)), columns, words))
