"""Values of records as readers see them, in lists and on record pages.

A renderer is made once per column and page and remembers what repeats down the column: option
pills, names of people, formatted days. Cells are written as text with every value escaped: a list
has some hundreds of them, and the formatting of markupsafe takes ten times as long.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from headwater.lib import formats
from headwater.lib.addresses import PostalAddress
from headwater.metadata import registry
from headwater.metadata.kinds.addresses import spelled
from headwater.metadata.kinds.files import FileValue
from headwater.metadata.objects import Field, ObjectType
from headwater.metadata.titles import titles_of
from headwater.records.context import filter_context
from headwater.users.actor import Actor
from headwater.web.jinja import icon, initials, tone, when

Html = str | Markup
Render = Callable[[models.Model], Html]

NUMERIC = frozenset({"integer", "decimal", "money", "percent", "duration"})


def pill(label: object, color: str = "") -> Markup:
    """Return a state: a dot and a word."""
    colored = f' data-color="{escape(color)}"' if color else ""
    return Markup(f'<span class="pill"{colored}><span>{escape(label)}</span></span>')  # noqa: S704


def person(name: str) -> Markup:
    """Return a name with its round initials."""
    avatar = (
        f'<span class="avatar" aria-hidden="true" data-tone="{tone(name)}">{escape(initials(name))}</span>'
    )
    return Markup(f'<span class="person">{avatar}<span>{escape(name)}</span></span>')  # noqa: S704


def link_numbers(fields: Iterable[Field], records: Sequence[models.Model]) -> dict[str, set[int]]:
    """Return the records that some fields point to, by object."""
    found: dict[str, set[int]] = {}
    for field in fields:
        if field.target:
            numbers = {n for record in records for n in field.numbers_in(field.value_of(record))}
            found.setdefault(field.target, set()).update(numbers)
    return found


class Links:
    """Titles of linked records: one query per object, and only those that the reader may see.

    ``plain`` shows them without a way to the record: of an earlier time it may be gone.
    """

    def __init__(
        self,
        actor: Actor,
        fields: Iterable[Field],
        records: Sequence[models.Model],
        *,
        plain: bool = False,
    ) -> None:
        context = filter_context(actor)
        self.plain = plain
        self.titles = {
            name: titles_of(name, numbers, context) for name, numbers in link_numbers(fields, records).items()
        }

    def title(self, field: Field, number: int | None) -> str:
        """Return a linked record's title; empty for none and for one that the reader may not see."""
        return self.titles.get(field.target or "", {}).get(number, "") if number else ""

    def titles_in(self, field: Field, value: Any, between: str = ", ") -> str:
        """Return the titles of all that a value links to and the reader may see, in words."""
        return between.join(filter(None, (self.title(field, number) for number in field.numbers_in(value))))

    def html(self, field: Field, number: int | None) -> Html:
        title = self.title(field, number)
        if not title:
            return ""
        entry = registry.get(field.target or "")
        if entry.name == "user":
            return person(title)
        if not entry.is_record or self.plain:
            return title
        return format_html(
            '<a class="link" href="{}">{}</a>', reverse("record", args=[entry.slug, number]), title
        )


def renderer(field: Field, links: Links) -> Render:
    """Return the function that shows a field of a record as HTML."""
    name = field.kind.name
    if field.target:
        linked = cache(lambda number: links.html(field, number))
        if field.kind.many:
            return lambda record: Markup(", ").join(filter(None, map(linked, field.value_of(record))))
        return lambda record: linked(field.value_of(record))
    if name in ("choice", "multi_choice"):
        return _choice(field)
    if name == "money":
        return _money(field)
    if name == "instant":
        return lambda record: when(field.value_of(record))
    if name == "file":
        return lambda record: _file(field.value_of(record))
    simple = _SIMPLE.get(name)
    if simple:
        return lambda record: simple(field.value_of(record))
    shown = cache(lambda value: field.kind.display(value, field))
    return lambda record: shown(field.value_of(record))


def in_words(field: Field, links: Links) -> Callable[[models.Model], str]:
    """Return the function that says a field of a record in plain words."""
    if field.target:
        return lambda record: links.titles_in(field, field.value_of(record))
    shown = cache(lambda value: field.kind.display(value, field))
    return lambda record: shown(field.value_of(record))


def _choice(field: Field) -> Render:
    options = {choice.key: choice for choice in field.choices()}
    colored = field.key in ("status", "priority") or any(choice.color for choice in options.values())

    @cache
    def one(key: str) -> Html:
        found = options.get(key)
        label = str(found.label) if found else key
        if field.kind.name == "multi_choice" or colored:
            return pill(label, found.color if found else "")
        return label

    if field.kind.name == "multi_choice":
        return lambda record: Markup(" ").join(one(key) for key in field.value_of(record))
    return lambda record: one(key) if (key := field.value_of(record)) else ""


def _money(field: Field) -> Render:
    @cache
    def shown(amount: Decimal, currency: str) -> str:
        return formats.money(amount, currency)

    def render(record: models.Model) -> str:
        amount = field.value_of(record)
        currency = getattr(record, field.currency_key) if field.currency_key else ""
        return "" if amount is None else shown(amount, currency)

    return render


def _email(value: str) -> Html:
    safe = escape(value)
    return Markup(f'<a href="mailto:{safe}">{safe}</a>') if value else ""  # noqa: S704


def _phone(value: str) -> Html:
    dialled = "".join(c for c in value if c.isdigit() or c == "+")
    return Markup(f'<a href="tel:{dialled}">{escape(value)}</a>') if value else ""  # noqa: S704


def _url(value: str) -> Html:
    # Stored addresses are http(s) only; what came before that rule is shown, not linked.
    if not value.startswith(("http://", "https://")):
        return value
    shown = value.split("://", 1)[1].removeprefix("www.").rstrip("/")
    link = Markup('<a class="link" href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
    return link.format(value, shown)


def _file(value: FileValue | None) -> Html:
    if value is None:
        return ""
    link = Markup('<a class="link" href="{}" title="{}" download hx-boost="false">{}</a>')
    return link.format(reverse("file", args=[value.number]), formats.file_size(value.size), value.name)


def _boolean(value: bool) -> Html:
    return icon("check", _("Yes")) if value else ""


def _long_text(value: str) -> Html:
    return escape(value or "")


def address_lines(value: PostalAddress | None) -> Html:
    """Return an address as on an envelope, line below line."""
    return Markup("<br>").join(spelled(value).lines) if value else ""


_SIMPLE: dict[str, Callable[[Any], Html]] = {
    "email": _email,
    "phone": _phone,
    "url": _url,
    "boolean": _boolean,
    "long_text": _long_text,
}


def shown_by_key(
    actor: Actor, entry: ObjectType, record: models.Model, keys: Iterable[str]
) -> dict[str, Html]:
    """Return several fields of one record as HTML."""
    fields = [entry.fields[key] for key in keys]
    links = Links(actor, fields, [record])
    return {field.key: renderer(field, links)(record) for field in fields}
