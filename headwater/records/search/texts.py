"""Which texts of a record are kept for search: one of all its search fields, and one for every set of
fields that some role does not have, without them.

So a reader finds a record by what she may read of it and by nothing else, at the same speed. A text
of its own is known by the object's name with a mark of the fields that are left out.
"""

from hashlib import sha256

from headwater.access.fields import hidden_sets, reading_as
from headwater.metadata import reading, registry
from headwater.metadata.objects import ObjectType
from headwater.users.actor import Actor


def _name(entry: ObjectType, left_out: frozenset[str]) -> str:
    if not left_out:
        return entry.name
    mark = sha256(",".join(sorted(left_out)).encode()).hexdigest()[:12]
    return f"{entry.name}-{mark}"


def texts_of(entry: ObjectType) -> dict[str, list[str]]:
    """Return the names of an object's texts with the fields that each holds; of the whole object."""
    found = {entry.name: list(entry.search_keys)}
    for hidden in hidden_sets(entry.name):
        left_out = hidden.intersection(entry.search_keys)
        found[_name(entry, left_out)] = [key for key in entry.search_keys if key not in left_out]
    return found


def text_read(entry: ObjectType) -> str:
    """Return the name of the text that the present reader's words are looked for in; of the whole object."""
    limits = reading.current()
    hidden = limits.hidden.get(entry.name, frozenset()) if limits else frozenset()
    return _name(entry, hidden.intersection(entry.search_keys))


def text_of(actor: Actor, object_name: str) -> str:
    """Return the name of the text that an actor's words are looked for in."""
    with reading_as(actor):
        return text_read(registry.whole(object_name))
