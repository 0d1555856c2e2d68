"""A report while it is looked at and changed: what is saved, and what the address says instead."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.metadata import registry
from headwater.metadata.errors import Problem, UnknownObject
from headwater.reports.definition import Definition, DefinitionError, parse_definition, to_json
from headwater.reports.definition.words import DEFAULT_ROWS
from headwater.reports.models import Report
from headwater.reports.presets import find_preset
from headwater.reports.services import get_report
from headwater.users.actor import Actor
from headwater.web.jinja import compact_json
from headwater.web.views.reports.packing import LONGEST_WORD, pack, unpack
from headwater.web.views.reports.shape import Json


@dataclass(frozen=True)
class Draft:
    """``base`` is the definition that is saved or shipped; ``given`` the one of the address, if any.

    ``type`` names what a new report was made from. ``mark`` is the cell whose records are shown,
    None for all of them.
    """

    base: Json
    given: Any = None
    report: Report | None = None
    type: str = ""
    edit: bool = False
    mark: Json | None = None

    @property
    def data(self) -> Any:
        return self.base if self.given is None else self.given

    @property
    def path(self) -> str:
        return reverse("report", args=[self.report.pk]) if self.report else reverse("new_report")

    def state(self) -> dict[str, str]:
        """Return what an address or a form must carry to come back to this draft."""
        found = {
            "report": str(self.report.pk) if self.report else "",
            "type": self.type,
            "definition": "" if self.given is None else pack(self.given),
            # A new report opens in the designer, a saved one does not.
            "edit": "" if self.edit == (self.report is None) else "1" if self.edit else "0",
        }
        return {key: value for key, value in found.items() if value}

    def url(self, **changes: Any) -> str:
        """Return the address of the page with some of the state changed."""
        changed = replace(self, **changes)
        words = changed.state()
        words.pop("report", None)
        if changed.mark is not None:
            words["mark"] = compact_json(changed.mark)
        return f"{changed.path}?{urlencode(words)}" if words else changed.path

    def export_url(self, what: str, form: str) -> str:
        """Return the address of a file: of the figures, or of the records of the mark."""
        words = self.state() | {"what": what, "format": form}
        if self.mark is not None:
            words["mark"] = compact_json(self.mark)
        return f"{reverse('export_report')}?{urlencode(words)}"

    def link(self) -> str:
        """Return the address to give to others: of a saved report as it is, else of the definition itself.

        Whoever opens the latter needs no share of a report that this one was made from.
        """
        if self.report is not None and not self.is_changed:
            return self.path
        root = str(self.base.get("root", ""))
        return replace(self, report=None, type=self.type or root, edit=True, mark=None).url()

    def require_short(self) -> "Draft":
        """Return the draft when an address can hold it. Raises DefinitionError."""
        if self.given is not None and len(pack(self.given)) > LONGEST_WORD:
            message = _("This report is too long for an address: use fewer conditions or values.")
            raise DefinitionError([Problem("where", "too_long", message)])
        return self

    @cached_property
    def definition(self) -> Definition:
        """The definition, every word resolved. Raises DefinitionError."""
        return parse_definition(self.data)

    @cached_property
    def is_changed(self) -> bool:
        """Whether the definition differs from the one that is saved or shipped."""
        if self.given is None:
            return False
        try:
            return short(to_json(self.definition)) != short(to_json(parse_definition(self.base)))
        except DefinitionError:
            return True

    def with_data(self, data: Json) -> "Draft":
        """Return the draft with another definition; it forgets the mark, which belonged to the old one."""
        changed = replace(self, given=data, mark=None)
        return changed if changed.is_changed else replace(changed, given=None)


def short(data: Mapping[str, Any]) -> Json:
    """Return a normalized definition without what goes without saying, for addresses and comparison."""
    found = {key: value for key, value in data.items() if value not in ([], None) and key != "name"}
    if found.get("limit") == {"rows": DEFAULT_ROWS}:
        del found["limit"]
    if found.get("totals") == ["grand"]:
        del found["totals"]
    found["chart"] = {"kind": found["chart"]["kind"]} | {
        key: found["chart"][key] for key in ("target", "bands") if key in found["chart"]
    }
    if len(data["chart"].get("y") or ()) > 1:
        found["chart"]["y"] = data["chart"]["y"]
    return found


def _json(text: str, name: str) -> Any:
    """Read a part of the address; None when it is not there. Raises DefinitionError."""
    if not text:
        return None
    try:
        return unpack(text)
    except ValueError:
        message = _("The address is damaged: its part “%(word)s” cannot be read.") % {"word": name}
        raise DefinitionError([Problem(name, "not_readable", message)]) from None


def _starting(word: str) -> Json:
    """Return the definition of a shipped report, or the plainest one of an object."""
    preset = find_preset(word)
    if preset is not None:
        return dict(preset.data)
    try:
        entry = registry.get(word)
    except UnknownObject:
        raise Http404 from None
    if not entry.is_record:
        raise Http404
    return {
        "v": 1,
        "root": word,
        "name": _("%(objects)s by month") % {"objects": entry.label_plural},
        "measures": [{"id": "m1", "ref": f"{word}.count"}],
        "rows": [{"id": "d1", "field": "created_at", "grain": "month"}],
        "period": {"field": "created_at", "range": {"rel": "this", "unit": "year"}},
        "chart": {"kind": "column"},
    }


def read_draft(actor: Actor, data: QueryDict, pk: object = None) -> Draft:
    """Read the state of a page or of one of its parts.

    Raises NotFound, Http404 for an unknown type and DefinitionError for what is no JSON; words
    that mean nothing in a definition are found when it is parsed.
    """
    number = pk or data.get("report")
    report = get_report(actor, number) if number else None
    word = "" if report else data.get("type", "")
    base: Json = dict(report.definition) if report else _starting(word)
    given, mark = (_json(data.get(name, ""), name) for name in ("definition", "mark"))
    return Draft(
        base=base,
        given=given,
        report=report,
        type=word,
        edit=data.get("edit") == "1" if "edit" in data else report is None,
        mark=mark if isinstance(mark, dict) and (mark.get("row") or mark.get("column")) else None,
    )
