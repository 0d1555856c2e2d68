"""The dictionary itself: which objects there are.

A business room registers its model classes when its app starts; nothing else lists objects.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.lib import memo
from headwater.metadata import reading
from headwater.metadata.custom import rows
from headwater.metadata.custom.entries import extended
from headwater.metadata.errors import UnknownObject
from headwater.metadata.kinds import KINDS
from headwater.metadata.modelfields import DictionaryField
from headwater.metadata.objects import Collection, Field, Label, ObjectType, field_from_model
from headwater.users.models import Team, User

_objects: dict[str, ObjectType] = {}
_questions: dict[str, Callable[[str], Field]] = {}
_SETTINGS = (
    "icon",
    "about",
    "title_key",
    "sections",
    "list_columns",
    "search_keys",
    "match_keys",
    "in_menu",
    "progress",
    "needed_on_form",
)


def register(model: type[models.Model]) -> ObjectType:
    """Add a model to the dictionary. Its inner class ``Dictionary`` says what the fields cannot."""
    declared: Any = model.Dictionary  # type: ignore[attr-defined]
    fields = {f.name: field_from_model(f) for f in model._meta.get_fields() if isinstance(f, DictionaryField)}
    for key, overrides in getattr(declared, "overrides", {}).items():
        fields[key] = replace(fields[key], **overrides)
    settings = {name: getattr(declared, name) for name in _SETTINGS if hasattr(declared, name)}
    entry = ObjectType(
        name=model._meta.model_name or "",
        slug=declared.slug,
        label=model._meta.verbose_name or "",
        label_plural=declared.label_plural,
        model=model,
        fields=fields,
        **settings,
    )
    _objects[entry.name] = entry
    return entry


def register_collection(object_name: str, collection: Collection) -> None:
    """Add a to-many relation to an object."""
    _objects[object_name].collections[collection.key] = collection


def register_question(key: str, ask: Callable[[str], Field]) -> None:
    """Let filters on every object ask something beyond its fields; ``ask`` makes the field for an object."""
    _questions[key] = ask
    _asked.cache_clear()


def questions(entry: ObjectType) -> dict[str, Field]:
    """Return what filters can ask of an object's records beyond their fields."""
    return _asked(entry.name) if entry.is_record else {}


@cache
def _asked(object_name: str) -> dict[str, Field]:
    return {key: ask(object_name) for key, ask in _questions.items()}


def register_reference(
    name: str, slug: str, label: Label, model: type[models.Model], fields: list[Field]
) -> None:
    """Add a table that records point to but that is no record itself, such as users."""
    _objects[name] = ObjectType(
        name=name,
        slug=slug,
        label=label,
        label_plural=label,
        model=model,
        is_record=False,
        in_menu=False,
        fields={f.key: f for f in fields},
        list_columns=tuple(f.key for f in fields),
    )


def get(name: str) -> ObjectType:
    """Return an object by its name, such as ``person``, as the reader has it. Raises UnknownObject."""
    return _seen(whole(name))


def whole(name: str) -> ObjectType:
    """Return an object with every field, for what the product itself does with records."""
    return _extended().get(name) or base(name)


def base(name: str) -> ObjectType:
    """Return an object as the product declares it, without custom fields. Raises UnknownObject."""
    try:
        return _objects[name]
    except KeyError:
        raise UnknownObject(name) from None


def _extended() -> dict[str, ObjectType]:
    """Return the objects that have custom fields, with them."""
    return _stored() if memo.is_remembering() else _made()


@memo.shared
def _stored() -> dict[str, ObjectType]:
    return _made()


def _made() -> dict[str, ObjectType]:
    known = rows.known()
    names = [name for name in _objects if name in known.active or name in known.layouts]
    return {
        name: extended(_objects[name], known.active.get(name, ()), known.layouts.get(name)) for name in names
    }


def _seen(entry: ObjectType) -> ObjectType:
    limits = reading.current()
    return entry if limits is None else limits.narrow(entry)


def by_slug(slug: str) -> ObjectType:
    """Return an object by its plural in addresses. Raises UnknownObject."""
    for entry in _objects.values():
        if entry.slug == slug:
            return _seen(_extended().get(entry.name, entry))
    raise UnknownObject(slug)


def objects() -> list[ObjectType]:
    """Return the objects whose rows are records, in the order they were registered."""
    return [_seen(entry) for entry in whole_objects()]


def whole_objects() -> list[ObjectType]:
    """Return the same objects with every field, for what the product itself does with records."""
    known = _extended()
    return [known.get(entry.name, entry) for entry in _objects.values() if entry.is_record]


def references() -> list[ObjectType]:
    """Return the tables that records point to and that are no records themselves, such as users."""
    return [entry for entry in _objects.values() if not entry.is_record]


def of(record: models.Model) -> ObjectType:
    """Return the object that a record belongs to."""
    return get(record._meta.model_name or "")


def seen_value(record: models.Model, key: str) -> Any:
    """Return a value of a record; None where the present reader does not have the field."""
    found = of(record).fields.get(key)
    return None if found is None else found.value_of(record)


def register_people() -> None:
    """Add users and teams, which every record points to."""
    text, relation = KINDS["text"], KINDS["relation"]
    register_reference(
        "team",
        "teams",
        _("Team"),
        Team,
        [
            Field("name", _("Name"), text, "name", editable=False),
            Field(
                "parent", _("Parent team"), relation, "parent", editable=False, nullable=True, target="team"
            ),
        ],
    )
    register_reference(
        "user",
        "users",
        _("User"),
        User,
        [
            Field("name", pgettext_lazy("of a person", "Name"), text, "name", editable=False, personal=True),
            Field("email", _("E-mail"), KINDS["email"], "email", editable=False, personal=True),
            Field("team", _("Team"), relation, "team", editable=False, nullable=True, target="team"),
            Field("is_active", _("Active"), KINDS["boolean"], "is_active", editable=False),
        ],
    )
