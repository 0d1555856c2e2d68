"""Walking from an object to a field, through to-one links only."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.metadata import registry
from headwater.metadata.custom import rows
from headwater.metadata.errors import UnknownField
from headwater.metadata.objects import Field, ObjectType


@dataclass(frozen=True)
class Path:
    """A field reached from a root object. ``hops`` are the links crossed on the way."""

    root: str
    hops: tuple[Field, ...]
    field: Field

    @property
    def key(self) -> str:
        return ".".join([*(hop.key for hop in self.hops), self.field.key])

    @property
    def lookup(self) -> str:
        """The ORM lookup from the root's model: ``owner__team__name``."""
        return "__".join([*(hop.attname for hop in self.hops), self.field.attname])

    @property
    def label(self) -> str:
        """The label with the way to it: "Owner › Team"."""
        return " › ".join(str(step.label) for step in (*self.hops, self.field))

    @property
    def nullable(self) -> bool:
        """Whether the value can be NULL in SQL: by itself, or because a link on the way is empty."""
        return self.field.nullable or any(hop.nullable for hop in self.hops)

    @property
    def prefixes(self) -> list[tuple[str, str]]:
        """The (object name, ORM prefix) of every link crossed, for checking visibility."""
        found, prefix = [], ""
        for hop in self.hops:
            prefix = f"{prefix}{hop.attname}__"
            found.append((hop.target or "", prefix))
        return found


def resolve(object_name: str, path: str, *, asking: bool = False) -> Path:
    """Resolve ``owner.team.name`` or ``<object>.owner.team.name``.

    Every step must be a field of the dictionary, so no word of a request reaches the ORM as it
    came. ``asking`` lets the last word be a question too, as filters do. Raises UnknownField, naming
    the word.
    """
    words = str(path).split(".")
    if len(words) > 1 and words[0] == object_name and words[0] not in registry.get(object_name).fields:
        words = words[1:]
    entry: ObjectType = registry.get(object_name)
    hops: list[Field] = []
    for position, word in enumerate(words):
        found = entry.fields.get(word)
        if found is None and asking:
            found = registry.questions(entry).get(word)
        if found is None:
            break
        if position == len(words) - 1:
            return Path(object_name, tuple(hops), found)
        if found.target is None or not found.is_traversable:
            break
        hops.append(found)
        entry = registry.get(found.target)
    else:
        word = str(path)
    raise UnknownField(entry.name, str(path), word)


def missing_message(object_name: str, word: str) -> str:
    """Say that an object has no such field, or that somebody switched it off."""
    off = rows.known().off.get((object_name, word))
    if off is not None:
        return _("The field “%(field)s” is switched off.") % {"field": off}
    return _("“%(object)s” has no field “%(word)s”.") % {"object": object_name, "word": word[:100]}
