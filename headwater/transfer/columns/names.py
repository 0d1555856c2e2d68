"""Options and people, given by what people call them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.lib.text import normalize, unique_key
from headwater.metadata.choices import Choice
from headwater.metadata.errors import BadValue
from headwater.metadata.kinds.choices import ChoiceKind, find_key
from headwater.metadata.objects import Field
from headwater.transfer.columns.readers import MOST_REMEMBERED, SKIP, Reader
from headwater.transfer.files.rows import as_text
from headwater.transfer.options import Options
from headwater.users.models import User

LONGEST_LABEL = 120
_SEPARATORS = ("|", ";", "\n")


class NewOptions:
    """Options the file asks for and the lists do not have yet, in the order they appear."""

    def __init__(self) -> None:
        self._by_list: dict[str, dict[str, str]] = defaultdict(dict)

    def key_for(self, list_name: str, label: str, existing: Sequence[Choice]) -> str:
        """The key the new option will have: the same one that ``add_option`` gives it."""
        planned = self._by_list[list_name]
        if label not in planned:
            planned[label] = unique_key(label, {c.key for c in existing} | set(planned.values()))
        return planned[label]

    def choices(self) -> dict[str, list[Choice]]:
        """As options of their lists, for judging rows before they exist."""
        return {
            name: [Choice(key, label) for label, key in found.items()]
            for name, found in self._by_list.items()
        }

    def take(self) -> list[tuple[str, str]]:
        """Hand over the (list, label) pairs; afterwards there are none."""
        pairs = [(name, label) for name, found in self._by_list.items() for label in found]
        self._by_list.clear()
        return pairs

    def keys_of(self, list_name: str) -> set[str]:
        return set(self._by_list.get(list_name, {}).values())


class ChoiceReader:
    """Finds an option by key or exact label; near matches are told, never taken."""

    def __init__(self, field: Field, options: Options, new: NewOptions) -> None:
        self.field = field
        self.create = options.create_choices and field.choice_list is not None
        told = options.create_values.get(field.key, ()) if field.choice_list else ()
        self.told = {normalize(text) for text in told}
        self.new = new
        self.mapped = {normalize(text): value for text, value in options.values.get(field.key, {}).items()}
        self._known: dict[str, Any] = {}

    def __call__(self, cell: str) -> Any:
        text = normalize(as_text(cell))
        if text not in self._known:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[text] = self._find(text)
        found = self._known[text]
        if isinstance(found, BadValue):
            raise found
        return found

    def _find(self, text: str) -> Any:
        if text in self.mapped:
            target = self.mapped[text]
            if target is None:
                return SKIP
            text = normalize(target)
        try:
            kind = self.field.kind
            return kind.find(text, self.field) if isinstance(kind, ChoiceKind) else find_key(text, self.field)
        except BadValue as problem:
            if text not in self.told and not (self.create and problem.code == "unknown_choice"):
                return problem
        return self._plan(" ".join(text.split()))

    def _plan(self, label: str) -> Any:
        if "|" in label or len(label) > LONGEST_LABEL:
            message = _("“%(label)s” cannot become an option: use at most %(limit)d characters and no |.")
            return BadValue("bad_label", message % {"label": label[:60], "limit": LONGEST_LABEL})
        return self.new.key_for(self.field.choice_list or "", label, self.field.choices())


def multi_choice_reader(field: Field, options: Options, new: NewOptions) -> Reader:
    """Several options in one cell, between | or ; or line ends; commas only between known options."""
    one = ChoiceReader(field, options, new)
    known_only = known_reader(field, options, new)

    def read(cell: str) -> Any:
        text = normalize(as_text(cell))
        parts = split_options(text, known_only)
        by_comma = len(parts) > 1 and not any(separator in text for separator in _SEPARATORS)
        found = [(known_only if by_comma else one)(part) for part in parts]
        return [key for key in found if key is not SKIP]

    return read


def known_reader(field: Field, options: Options, new: NewOptions) -> ChoiceReader:
    """A reader that adds no option but those a person named."""
    return ChoiceReader(field, Options(values=options.values, create_values=options.create_values), new)


def split_options(text: str, known_only: Reader) -> list[str]:
    """The texts of the single options in a cell; ``known_only`` says whether one with commas is known."""
    for separator in _SEPARATORS:
        if separator in text:
            return [part.strip() for part in text.split(separator) if part.strip()]
    if "," in text:
        try:
            known_only(text)
        except BadValue:
            return [part.strip() for part in text.split(",") if part.strip()]
    return [text]


def user_reader(field: Field, options: Options) -> Reader:
    """People who sign in, by e-mail or exact name; two of the same name need the e-mail."""
    people: dict[str, set[int]] = defaultdict(set)
    for pk, email, name in User.objects.values_list("pk", "email", "name"):
        people[email].add(pk)
        people[normalize(name)].add(pk)
    mapped = {normalize(text): value for text, value in options.values.get(field.key, {}).items()}

    def read(cell: str) -> Any:
        text = normalize(as_text(cell))
        if text in mapped:
            target = mapped[text]
            if target is None:
                return SKIP
            text = normalize(target)
        found = people.get(text) or people.get(text.lower() if "@" in text else text) or set()
        if len(found) > 1:
            message = _("Several users are called “%(name)s”. Give the e-mail.")
            raise BadValue("ambiguous_user", message % {"name": text[:100]})
        if not found:
            raise BadValue("unknown_user", _("There is no user “%(name)s”.") % {"name": text[:100]})
        return next(iter(found))

    return read
