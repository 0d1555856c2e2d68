"""What the designer's controls offer, and what each of them stands on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from headwater.lib import clock, formats
from headwater.lib.numbers import whole_number
from headwater.lib.range_words import bounds_words, range_words
from headwater.lib.ranges import RangeError, resolve_range
from headwater.metadata.context import calendar_rules
from headwater.metadata.errors import Problem
from headwater.reports.axes.grains import Grain
from headwater.reports.catalog import ALIGNMENTS, COMPARISONS, Choosable, ReportType
from headwater.reports.definition import DefinitionError, parse_definition
from headwater.reports.definition.asof import read_as_of
from headwater.reports.definition.reader import Reader
from headwater.reports.definition.words import DEFAULT_DAYS
from headwater.reports.measures import find_measure
from headwater.reports.measures.measure import Basis
from headwater.reports.words import BASES, having_words, instant_words, measure_kind, use_words
from headwater.reports.words import COMPARISONS as GROUP_COMPARISONS
from headwater.users import organization
from headwater.web.filters.values import RANGE_UNITS, unit_labels
from headwater.web.jinja import compact_json
from headwater.web.views.reports.shape import Json, conditions_on_groups, members, part

_FEW = frozenset({"choice", "multi_choice", "boolean", "user", "relation"})
_CONTROLS = {
    "measures": "measure",
    "rows": "view_by",
    "columns": "segment_by",
    "period": "period",
    "where": "where",
    "having": "having",
    "chart": "chart",
    "compare": "compare",
    "as_of": "as_of",
}


@dataclass(frozen=True)
class Option:
    """One entry of a menu. ``words`` is what typing searches."""

    value: str
    label: str
    words: str
    note: str = ""


@dataclass
class OptionGroup:
    """``is_extra`` repeats options of other groups; it gives way while somebody searches."""

    label: str
    options: list[Option] = field(default_factory=list)
    is_extra: bool = False


def by_control(problems: Iterable[Problem]) -> dict[str, list[str]]:
    """Sort problems to the controls that caused them; "" for those that no control shows."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(_CONTROLS.get(problem.at.partition(".")[0], ""), []).append(problem.message)
    return found


class Choices:
    """The controls of one report. ``data`` may mean nothing: what is wrong is shown as it is written."""

    def __init__(self, kind: ReportType, data: Json, problems: Sequence[Problem] = ()) -> None:
        self.kind, self.data = kind, data
        self.problems = by_control(problems)
        self.root = kind.entry.name

    @cached_property
    def measure(self) -> str:
        ref = str((members(self.data, "measures") or [{}])[0].get("ref", ""))
        found = find_measure(self.root, ref)
        return found.ref if found else ref

    @property
    def measure_label(self) -> str:
        return next(
            (str(m.label) for m in self.kind.measures if m.ref == self.measure), self.measure or _("Choose")
        )

    @cached_property
    def measures(self) -> list[OptionGroup]:
        groups: dict[str, OptionGroup] = {}
        for m in self.kind.offered_measures:
            counted = m.field if m.field and not m.is_rate else None
            title = (
                str(self.kind.entry.fields[counted].label) if counted else str(self.kind.entry.label_plural)
            )
            group = groups.setdefault(title, OptionGroup(title))
            label = str(m.label)
            note = "" if counted else str(m.definition)
            group.options.append(Option(m.ref, label, f"{label} {title}", note))
        return list(groups.values())

    @property
    def bases(self) -> list[tuple[str, str]]:
        """On what the rate can be counted; nothing where there is no choice."""
        chosen = find_measure(self.root, self.measure)
        found = [(basis.value, str(BASES[basis][0])) for basis in (chosen.bases if chosen else ())]
        return found if len(found) > 1 else []

    @property
    def basis(self) -> str:
        use = (members(self.data, "measures") or [{}])[0]
        return str(use.get("basis") or (self.bases[0][0] if self.bases else ""))

    @property
    def days(self) -> str:
        """The window of a rate that has one, "" for the others."""
        use = (members(self.data, "measures") or [{}])[0]
        return str(use.get("days") or DEFAULT_DAYS) if self.basis == Basis.WINDOWED else ""

    @property
    def comparisons(self) -> list[tuple[str, str]]:
        """The earlier times to compare with; none without a period."""
        if not isinstance(self.data.get("period"), dict):
            return []
        found = [(str(shift["unit"]), str(label)) for shift, label in COMPARISONS]
        if self.compare and self.compare not in dict(found):
            found.append((self.compare, self.compare))
        return found

    @property
    def compare(self) -> str:
        return str(part(part(self.data, "compare"), "shift").get("unit") or "")

    @property
    def alignments(self) -> list[tuple[str, str]]:
        return [(key, str(label)) for key, label in ALIGNMENTS.items()]

    @property
    def align(self) -> str:
        return str(part(self.data, "compare").get("align") or "same_elapsed")

    @property
    def tops(self) -> list[tuple[str, str]]:
        """How many groups to show; nothing where they follow each other in time."""
        if not self.view_by.key or self.view_by.grains:
            return []
        own = whole_number(self.top)
        numbers = {5, 10, 20, 50} | (set() if own is None else {own})
        return [(str(n), _("Largest %(n)d") % {"n": n}) for n in sorted(numbers)]

    @property
    def top(self) -> str:
        return str(part(self.view_by.dimension, "top").get("n") or "")

    @cached_property
    def having(self) -> list[Json]:
        """The conditions on groups."""
        return conditions_on_groups(self.data)

    @property
    def having_lines(self) -> list[dict[str, str]]:
        """The conditions as the controls show them, and one more for a new one."""
        found = [
            {
                "by": str(one.get("field")),
                "op": str(one.get("op") or ">="),
                "value": self._having_value(one),
            }
            for one in self.having
        ]
        first = self.having_measures[-1][0] if self.having_measures else ""
        return [*found, {"by": first, "op": ">=", "value": ""}]

    def _having_value(self, one: Json) -> str:
        """Return the number of a condition as its control shows it: durations in words."""
        value = one.get("value", "")
        if str(one.get("field")) in self._durations and isinstance(value, (int, float)):
            return formats.duration(round(value))
        return str(value)

    @cached_property
    def _durations(self) -> set[str]:
        """The measures that are lengths of time."""
        try:
            uses = parse_definition({**self.data, "having": None}).measures
        except DefinitionError:
            return set()
        return {use.id for use in uses if measure_kind(use) == "duration"}

    @property
    def having_mode(self) -> str:
        return "any" if "any" in part(self.data, "having") else "all"

    @property
    def having_ops(self) -> list[tuple[str, str]]:
        return [(key, str(label)) for key, (label, _sentence) in GROUP_COMPARISONS.items()]

    @cached_property
    def having_measures(self) -> list[tuple[str, str]]:
        """The measures of the report; percentages say so, because the number beside them is one."""
        try:
            uses = parse_definition({**self.data, "having": None}).measures
        except DefinitionError:
            return [(str(one.get("id")), str(one.get("ref") or "")) for one in members(self.data, "measures")]
        mark = _("%(measure)s (%%)")
        return [
            (use.id, mark % {"measure": use_words(use)} if use.is_percentage else use_words(use))
            for use in uses
        ]

    @property
    def having_words(self) -> str:
        try:
            return having_words(parse_definition(self.data))
        except DefinitionError:
            return _("Only groups with…")

    @property
    def is_locked(self) -> bool:
        """Whether dashboards keep the period."""
        return bool(part(self.data, "period").get("locked"))

    @cached_property
    def view_by(self) -> "Side":
        return Side(self, "rows")

    @cached_property
    def segment_by(self) -> "Side":
        return Side(self, "columns")

    @cached_property
    def fields(self) -> list[OptionGroup]:
        """Every field to group by: sections of the object first, then dates, then what links lead to."""
        groups: dict[str, OptionGroup] = {"": OptionGroup(_("Often used"), self._often_used(), is_extra=True)}
        sections = {key: str(one.label) for one in self.kind.entry.sections for key in one.fields}
        order = [*dict.fromkeys(sections.values()), _("Dates"), _("Record")]
        for label in order:
            groups[label] = OptionGroup(label)
        for one in self.kind.offered:
            title = one.section or (_("Dates") if one.grains else sections.get(one.key, _("Record")))
            group = groups.setdefault(title, OptionGroup(title))
            label = one.label.removeprefix(f"{one.section} › ") if one.section else one.label
            group.options.append(_field(one, label, title))
        return [group for group in groups.values() if group.options]

    def _often_used(self) -> list[Option]:
        """The columns of the object's list that have few groups, and the owner's team."""
        keys = (*self.kind.entry.list_columns, "owner.team")
        offered = {one.key: one for one in self.kind.offered if one.kind in _FEW or one.grains}
        return [_field(offered[key], offered[key].label) for key in keys if key in offered]

    @property
    def keeps_own_fields(self) -> bool:
        """Whether a limit keeps custom fields, of which there are some, out of groups and measures."""
        return len(self.kind.offered) < len(self.kind.dimensions)

    @property
    def chart(self) -> str:
        kind = str(part(self.data, "chart").get("kind") or ("bar" if self.view_by.key else "scorecard"))
        # A calendar never lies down, and lines run along nothing else.
        standing = (kind == "bar" and self.view_by.is_calendar) or (
            kind == "line" and not self.view_by.is_calendar
        )
        return "column" if standing else kind

    @property
    def charts(self) -> list[tuple[str, str, str]]:
        """The kinds of drawing that suit what the report is grouped by: key, label, icon."""
        found = [
            ("bar", _("Bars"), "align-left"),
            ("column", _("Columns"), "chart-bar"),
            ("line", _("Line"), "chart-line"),
            ("scorecard", _("Scorecard"), "hash"),
            ("table", _("Table"), "table"),
        ]
        unfit = "bar" if self.view_by.is_calendar else "line"
        return [one for one in found if one[0] != unfit]

    @property
    def date_fields(self) -> list[tuple[str, str]]:
        return [(one.key, one.label) for one in self.kind.dates]

    @property
    def period_field(self) -> str:
        return str(part(self.data, "period").get("field") or "created_at").removeprefix(f"{self.root}.")

    @cached_property
    def range(self) -> Json:
        return part(part(self.data, "period"), "range")

    @property
    def period_label(self) -> str:
        """What the period button says: the date field and the range in words."""
        if not isinstance(self.data.get("period"), dict):
            return _("Any time")
        name = next((label for key, label in self.date_fields if key == self.period_field), self.period_field)
        return _("%(field)s: %(range)s") % {"field": name, "range": self._range_words()}

    def _range_words(self) -> str:
        rules, now = calendar_rules(), clock.now()
        try:
            bounds = resolve_range(self.range, rules, now)
        except RangeError:
            return _("not understood")
        return range_words(self.range) or bounds_words(bounds, rules, now)

    @cached_property
    def as_of(self) -> tuple[str, str]:
        """The day and the time of an earlier instant, for the controls; both empty for now."""
        found = read_as_of(Reader(), self.data.get("as_of"))
        if found is None:
            return "", ""
        if isinstance(found.written, datetime):
            local = calendar_rules().local(found.instant)
            return local.date().isoformat(), f"{local:%H:%M}"
        return found.written.isoformat(), ""

    @property
    def as_of_label(self) -> str:
        """What the button says that chooses the instant."""
        found = read_as_of(Reader(), self.data.get("as_of"))
        if found is None:
            return _("As of now")
        return _("As of %(instant)s") % {"instant": instant_words(found)}

    @property
    def quick_ranges(self) -> list[tuple[str, str, bool]]:
        """Ranges of one click: value, label, whether it is the one in force."""
        org = organization.current()
        units = ["week", "month", "quarter", "year"]
        if (org.fiscal_month, org.fiscal_day) != (1, 1):
            units += ["fiscal_quarter", "fiscal_year"]
        found: list[tuple[str, str, bool]] = []
        for unit in units:
            for rel in ("this", "last"):
                spec = {"rel": rel, "unit": unit}
                found.append((compact_json(spec), _capital(range_words(spec)), self.range == spec))
        return found

    @property
    def last(self) -> dict[str, Any]:
        """The values of the line “last n …”."""
        in_force = self.range.get("rel") == "last"
        return {
            "n": self.range.get("n", 1) if in_force else 30,
            "unit": self.range.get("unit", "day") if in_force else "day",
            "units": unit_labels(RANGE_UNITS),
            "current": bool(in_force and self.range.get("include_current")),
        }

    @property
    def between(self) -> tuple[str, str]:
        """The first and the last day of the period, for the controls that set them."""
        try:
            bounds = resolve_range(self.range, calendar_rules(), clock.now())
        except RangeError:
            return "", ""
        last = (bounds.stop.toordinal() - 1) if bounds.stop else None
        return (
            bounds.first.isoformat() if bounds.first else "",
            type(bounds.stop).fromordinal(last).isoformat() if bounds.stop and last else "",
        )


class Side:
    """What one side of the report is grouped by: ``rows`` or ``columns``."""

    def __init__(self, choices: Choices, side: str) -> None:
        self.choices = choices
        self.dimension = (members(choices.data, side) or [{}])[0]
        self.key = str(self.dimension.get("field") or "").removeprefix(f"{choices.root}.")

    @cached_property
    def chosen(self) -> Choosable | None:
        return next((one for one in self.choices.kind.dimensions if one.key == self.key), None)

    @property
    def label(self) -> str:
        return self.chosen.label if self.chosen else self.key or _("Nothing")

    @property
    def grains(self) -> Sequence[tuple[str, str]]:
        return self.chosen.grains if self.chosen else ()

    @property
    def is_calendar(self) -> bool:
        """Whether the groups follow each other in time."""
        return bool(self.grains) and self.grain != Grain.SET.value

    @property
    def grain(self) -> str:
        return str(self.dimension.get("grain") or "month")


def _field(one: Choosable, label: str, title: str = "") -> Option:
    return Option(one.key, label, f"{one.label} {title}".strip())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
