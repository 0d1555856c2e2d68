"""People who are mentioned in a comment.

A comment is stored with their numbers, ``@[12]``, and shown with the names they have now. Written are names,
``@Anna Ozola``, e-mails where two people have one name, ``@anna@example.com``, or numbers, by programs.
What begins like a mention and names nobody stays the text it is.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.access.people import choosable_people
from headwater.records.errors import FieldError, Forbidden, Invalid
from headwater.records.find import find_records
from headwater.users.actor import Actor
from headwater.users.models import User

MOST = 50
STORED = re.compile(r"@\[(\d{1,18})\]")
_EMAIL = re.compile(r"[^\s@\[\]]+@[^\s@\[\]]+\w")


@dataclass(frozen=True)
class Mention:
    """A person in the text of a comment. ``me`` says that it is the reader."""

    id: int
    name: str
    me: bool = False

    def __str__(self) -> str:
        return f"@{self.name}"


def numbers_in(body: str) -> list[int]:
    """Return the numbers of the people mentioned in a stored text, each once, in order."""
    return list(dict.fromkeys(int(number) for number in STORED.findall(body)))


def names_in(bodies: Iterable[str]) -> dict[int, str]:
    """Return the names of everybody mentioned in stored texts, with one query."""
    wanted = {number for body in bodies for number in numbers_in(body)}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def pieces(body: str, names: Mapping[int, str], reader: Actor | None = None) -> list[str | Mention]:
    """Return a stored text as plain texts and mentions."""
    me = reader.user_id if reader else None
    found: list[str | Mention] = []
    for at, piece in enumerate(STORED.split(body)):
        if at % 2 == 0:
            if piece:
                found.append(piece)
        elif int(piece) in names:
            found.append(Mention(int(piece), names[int(piece)], int(piece) == me))
        else:
            found.append(f"@[{piece}]")
    return found


def spoken(body: str, names: Mapping[int, str]) -> str:
    """Return a stored text as people read and write it."""
    return "".join(map(str, pieces(body, names)))


def stored(actor: Actor, body: str, before: str = "") -> str:
    """Return a written text with the numbers of the people it names.

    Whom the stored text ``before`` mentions may stay in it, whatever became of them. Raises Invalid for a
    number that is nobody's and for a name that several people have.
    """
    if "@" not in body:
        return body
    people = list(choosable_people(actor).values_list("pk", "name", "email"))
    known = {pk for pk, _name, _email in people}.union(numbers_in(before))
    reader = _Reader(people)
    text = "".join(reader.read(body))
    numbers = numbers_in(text)
    if unknown := [number for number in numbers if number not in known]:
        message = _("There is no person %(number)d for you to mention.")
        raise Invalid([FieldError("body", "unknown_person", message % {"number": unknown[0]})])
    if len(numbers) > MOST:
        raise Invalid([FieldError("body", "too_many", _("Mention at most %(n)d people.") % {"n": MOST})])
    return text


class _Reader:
    """Finds names and e-mails after an @."""

    def __init__(self, people: Sequence[tuple[int, str, str]]) -> None:
        self.by_email: dict[str, int] = {}
        self.by_name: dict[str, list[int]] = defaultdict(list)
        for pk, name, email in people:
            self.by_email[email.casefold()] = pk
            if name.strip():
                self.by_name[name.strip().casefold()].append(pk)
        self.lengths = sorted({len(name.strip()) for _pk, name, _email in people}, reverse=True)

    def read(self, body: str) -> Iterator[str]:
        at = 0
        while (start := body.find("@", at)) >= 0:
            yield body[at:start]
            at = start + 1
            found = None
            if start == 0 or not _in_word(body[start - 1]):
                found = self._email(body, at) or self._name(body, at)
            if found is None:
                yield "@"
            else:
                number, at = found
                yield f"@[{number}]"
        yield body[at:]

    def _email(self, body: str, at: int) -> tuple[int, int] | None:
        match = _EMAIL.match(body, at)
        number = self.by_email.get(match.group().casefold()) if match else None
        return (number, match.end()) if match and number else None

    def _name(self, body: str, at: int) -> tuple[int, int] | None:
        """Return the person with the longest name that stands here as a whole."""
        for length in self.lengths:
            end = at + length
            people = self.by_name.get(body[at:end].casefold())
            if not people or (end < len(body) and _in_word(body[end])):
                continue
            if len(people) > 1:
                message = _("Several people are called %(name)s. Write @ and the e-mail address instead.")
                raise Invalid([FieldError("body", "ambiguous", message % {"name": body[at:end]})])
            return people[0], end
        return None


def _in_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def who_cannot_see(object_name: str, pk: int, numbers: Iterable[int]) -> list[User]:
    """Return those of some people to whom a record is not visible, in order."""
    return [
        user
        for user in User.objects.filter(pk__in=set(numbers)).order_by("name", "pk")
        if not _sees(user, object_name, pk)
    ]


def _sees(user: User, object_name: str, pk: int) -> bool:
    try:
        return find_records(Actor(user), object_name).filter(pk=pk).exists()
    except Forbidden:
        return False
