"""Links to other records, found by external id or exact title among those the importer may see."""

import re
from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from headwater.lib.text import normalize
from headwater.metadata import registry
from headwater.metadata.errors import BadValue
from headwater.metadata.objects import Field, ObjectType
from headwater.records.find import find_records
from headwater.transfer.files.rows import as_text
from headwater.users.actor import Actor


def link_text(cell: str) -> str:
    """What a cell says about the other record."""
    return " ".join(normalize(as_text(cell)).split())


LINKS = frozenset({"relation", "relations"})
"""The kinds whose cells name other records."""
_BETWEEN = re.compile(r"[|;\r\n]+")


class LinkFinder:
    """Finds the targets of one linking field for a chunk of rows with one query per way of naming."""

    def __init__(self, actor: Actor, field: Field) -> None:
        self.actor = actor
        self.field = field
        self.target = registry.get(field.target or "")

    def texts_in(self, cell: str) -> list[str]:
        """Return what a cell says of each record it names; several stand between |, ; or line ends."""
        if not self.field.kind.many:
            return [link_text(cell)]
        parts = _BETWEEN.split(as_text(cell))
        if self.field.target == "user":  # a comma may stand in a name, and never between parts of an address
            parts = [one for part in parts for one in (part.split(",") if "@" in part else [part])]
        return [text for part in parts if (text := link_text(part))]

    def find(self, texts: Iterable[str]) -> dict[str, int | BadValue]:
        """The record number for each text, or why there is none."""
        wanted = sorted(set(texts))
        by_id = self._named(wanted, "external_id") if "external_id" in self.target.fields else {}
        if self.field.target == "user":
            by_id = self._named([text.lower() for text in wanted if "@" in text], "email")
            by_id = {text: by_id.get(text.lower(), []) for text in wanted}
        by_title = self._named([text for text in wanted if not by_id.get(text)], self.target.title_key)
        return {text: self._one(text, by_id.get(text) or by_title.get(text) or []) for text in wanted}

    def _named(self, texts: list[str], key: str) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        if texts:
            attname = self.target.fields[key].attname
            rows = _reachable(self.actor, self.target).filter(**{f"{attname}__in": texts})
            for pk, text in rows.values_list("pk", attname):
                found[text].append(pk)
        return found

    def _one(self, text: str, pks: list[int]) -> int | BadValue:
        words = {"field": self.field.label, "text": text[:100]}
        if len(pks) == 1:
            return pks[0]
        if pks:
            return BadValue("ambiguous_link", _("%(field)s: several records are called “%(text)s”.") % words)
        return BadValue("unknown_link", _("%(field)s: there is no record “%(text)s”.") % words)


def _reachable(actor: Actor, target: ObjectType):  # type: ignore[no-untyped-def]
    """Records the actor may see; tables that are no records are open to everyone."""
    if target.is_record:
        return find_records(actor, target.name)
    return target.model._default_manager.all()
