"""Reading and extending option lists."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType

from django.db import transaction
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.lib import money
from headwater.lib.memo import shared
from headwater.lib.text import fold, unique_key
from headwater.metadata.custom import rows
from headwater.metadata.errors import BadValue
from headwater.metadata.models import ChoiceOption


@dataclass(frozen=True)
class Choice:
    """An option as forms, filters and reports see it."""

    key: str
    label: str | Promise
    color: str = ""
    active: bool = True
    parent: str | None = None
    merged_into: str | None = None

    @property
    def survivor(self) -> str:
        """The key that counts: that of the option into which this one was merged."""
        return self.merged_into or self.key


@dataclass(frozen=True)
class ChoiceList:
    """An editable list: ``name`` is stored with its options, ``slug`` names it in addresses.

    To a ``is_free`` one people add while they fill in forms, as their roles say.
    """

    name: str
    slug: str
    label: str | Promise
    is_free: bool = False


_lists: dict[str, ChoiceList] = {}


def register_list(name: str, slug: str, label: str | Promise, *, is_free: bool = False) -> None:
    """Add a list to the dictionary; its options are rows."""
    _lists[name] = ChoiceList(name, slug, label, is_free)


def is_free(list_name: str) -> bool:
    """Say whether people add to a list while they fill in forms."""
    return list_name in _lists and _lists[list_name].is_free


def lists() -> list[ChoiceList]:
    """Return every editable list, those of custom fields that the reader has last."""
    return [*_lists.values(), *_custom_lists()]


def _custom_lists() -> list[ChoiceList]:
    from headwater.metadata import reading  # which knows objects, and these their choices

    return [
        ChoiceList(rows.list_name(row), rows.list_slug(row), row.label)
        for name, found in rows.active_by_object().items()
        for row in found
        if row.kind in ("choice", "multi_choice") and row.key not in reading.hidden_of(name)
    ]


def list_named(name: str) -> ChoiceList | None:
    """Find a list by the name its options are stored with."""
    return next((found for found in lists() if found.name == name), None)


def list_by_slug(slug: str) -> ChoiceList | None:
    """Find a list by the plural that names it in addresses, such as ``sources``."""
    return next((found for found in lists() if found.slug == slug), None)


@shared
def _options() -> dict[str, list[Choice]]:
    options: dict[str, list[Choice]] = defaultdict(list)
    found = ChoiceOption.objects.values_list(
        "list", "key", "label", "color", "active", "parent__key", "merged_into__key"
    )
    for list_name, key, label, color, active, parent, merged in found:
        options[list_name].append(Choice(key, label, color, active, parent, merged))
    return options


_planned: ContextVar[Mapping[str, Sequence[Choice]]] = ContextVar(
    "planned_options", default=MappingProxyType({})
)


@contextmanager
def with_planned(options: Mapping[str, Sequence[Choice]]) -> Iterator[None]:
    """Let lists have options, by list name, that nobody has saved: a rehearsal judges as if they were."""
    token = _planned.set(options)
    try:
        yield
    finally:
        _planned.reset(token)


def options_of(list_name: str) -> list[Choice]:
    """Return a list's options in order, inactive ones included."""
    stored = _options().get(list_name, [])
    planned = _planned.get().get(list_name)
    return [*stored, *planned] if planned else stored


def currency_options() -> list[Choice]:
    """Return the currencies of ISO 4217 in use, named in the reader's language."""
    return [Choice(code, label) for code, label in money.currency_choices(get_language() or "en")]


@transaction.atomic
def add_option(
    list_name: str,
    label: str,
    *,
    parent: ChoiceOption | None = None,
    color: str = "",
    beside_its_like: bool = False,
) -> ChoiceOption:
    """Append an option; its key is made from the label and stays when the label changes.

    Raises BadValue for a name that differs from another's by case and spaces only, unless somebody who
    saw the other wants it ``beside_its_like``.
    """
    label = " ".join(label.split())
    if not label or "|" in label:
        raise BadValue("bad_label", _("An option needs a name without the character |."))
    if len(label) > 120:
        raise BadValue("too_long", _("Use at most %(limit)d characters.") % {"limit": 120})
    if list_named(list_name) is None:
        raise BadValue("unknown_list", _("There is no list of this name."))
    existing = ChoiceOption.objects.filter(list=list_name)
    same = option_called(list_name, label)
    if same is not None and (same.label == label or not beside_its_like):
        raise BadValue("duplicate", _("“%(label)s” is in the list already.") % {"label": same.label})
    position = existing.aggregate(last=Max("position"))["last"] or 0
    taken = set(existing.values_list("key", flat=True))
    key = unique_key(label, taken)
    option: ChoiceOption = ChoiceOption.objects.create(
        list=list_name, key=key, label=label, position=position + 1, parent=parent, color=color
    )
    return option


def option_called(list_name: str, label: str) -> ChoiceOption | None:
    """Return the option of a name, whatever its case and spaces. It is locked until the transaction ends."""
    wanted = fold(label)
    options = ChoiceOption.objects.select_for_update().filter(list=list_name)
    return next((option for option in options if fold(option.label) == wanted), None)


def ensure_options(list_name: str, options: Iterable[tuple[str, str]]) -> None:
    """Append the options, given as (stable key, label), that a list does not have under this key or label."""
    existing = list(ChoiceOption.objects.filter(list=list_name))
    keys, labels = {o.key for o in existing}, {o.label for o in existing}
    position = max((o.position for o in existing), default=0)
    missing = [(key, label) for key, label in options if key not in keys and label not in labels]
    ChoiceOption.objects.bulk_create(
        ChoiceOption(list=list_name, key=key, label=label, position=number)
        for number, (key, label) in enumerate(missing, position + 1)
    )
