"""What an administrator lets people make: how many reports, and of which fields.

A new installation has no limits. A limit deletes nothing: what is there stays, is run and can be changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from headwater.metadata import registry
from headwater.metadata.errors import Problem
from headwater.metadata.paths import Path
from headwater.records.errors import FieldError, Invalid
from headwater.reports.axes.computed import Computed
from headwater.reports.definition import Definition, DefinitionError, MeasureUse, parse_definition
from headwater.reports.models import LimitNotice, Report
from headwater.users import organization
from headwater.users.models import User

NEAR, FULL = 80, 100
"""Percent of the reports that may be, at which people and administrators are told."""


@dataclass(frozen=True)
class Usage:
    """How many reports a person has, of how many."""

    count: int
    most: int

    @property
    def is_full(self) -> bool:
        return self.count >= self.most

    @property
    def is_near(self) -> bool:
        return self.reached(NEAR)

    def reached(self, percent: int) -> bool:
        return self.count * 100 >= self.most * percent


Notifier = Callable[[User, Usage], None]
_notifiers: list[Notifier] = []


def on_reached(notifier: Notifier) -> None:
    """Have a function told, in the writer's transaction, that somebody reached a mark for the first time."""
    if notifier not in _notifiers:
        _notifiers.append(notifier)


def usage_of(user: User | None) -> Usage | None:
    """Return how many reports a person has of those she may have; None without a limit."""
    most = organization.current().most_reports
    if most is None or user is None:
        return None
    return Usage(Report.objects.filter(owner=user).count(), most)


def people_with_reports(most: int) -> list[tuple[User, int]]:
    """Return those who have most reports, at most so many of them, each with the number."""
    counted = User.objects.annotate(report_count=Count("reports")).filter(report_count__gt=0)
    return [(one, one.report_count) for one in counted.order_by("-report_count", "name")[:most]]


def require_room(user: User) -> None:
    """Refuse another report to who has as many as may be. Raises Invalid. In a transaction."""
    if organization.current().most_reports is None:
        return
    # Two that are saved at once are counted one after the other.
    User.objects.select_for_update().get(pk=user.pk)
    usage = usage_of(user)
    if usage is not None and usage.is_full:
        message = _(
            "You have %(count)s of %(most)s reports, and none is deleted by itself: delete one, or ask an"
            " administrator to raise the limit."
        )
        words = {"count": usage.count, "most": usage.most}
        raise Invalid([FieldError("name", "limit_reached", message % words)])


def note_usage(user: User) -> None:
    """Tell of a mark that the person has reached now: once for each mark of each limit."""
    usage = usage_of(user)
    if usage is None:
        return
    marks = [percent for percent in (NEAR, FULL) if usage.reached(percent)]
    new = [LimitNotice.objects.get_or_create(user=user, most=usage.most, percent=p)[1] for p in marks]
    if any(new):
        for notifier in _notifiers:
            notifier(user, usage)


def offers_own_fields() -> bool:
    """Whether custom fields may be groups and measures of new reports; columns and conditions always may."""
    return organization.current().own_fields_in_reports


def refuse_own_fields(definition: Definition, before: Mapping[str, Any] | None = None) -> None:
    """Refuse custom fields as groups and measures where the limit says so. Raises DefinitionError.

    ``before`` is the saved definition that is changed: what it groups by and measures, it may keep.
    """
    if offers_own_fields():
        return
    used = _own_fields(definition)
    kept = _of_saved(before) if used and before else {}
    text = _(
        "Custom fields are no groups or measures of reports here; they can be columns and conditions."
        " An administrator can change that."
    )
    problems = [Problem(at, "own_field", text) for key, at in used.items() if key not in kept]
    if problems:
        raise DefinitionError(problems)


def _of_saved(data: Mapping[str, Any]) -> dict[str, str]:
    try:
        return _own_fields(parse_definition(data))
    except DefinitionError:
        return {}


def _own_fields(definition: Definition) -> dict[str, str]:
    """Return the custom fields that a report groups by and measures, each with its first place."""
    found: dict[str, str] = {}
    for side, dimensions in (("rows", definition.rows), ("columns", definition.columns)):
        for i, dimension in enumerate(dimensions):
            if is_own(dimension.field):
                found.setdefault(dimension.field.key, f"{side}.{i}.field")
    for i, use in enumerate(definition.measures):
        if (key := _own_number(use)) is not None:
            found.setdefault(key, f"measures.{i}.ref")
    return found


def is_own(source: Path | Computed) -> bool:
    """Whether a group is made of a custom field, of the object or of one that a link leads to."""
    return isinstance(source, Path) and any(field.custom for field in (*source.hops, source.field))


def _own_number(use: MeasureUse) -> str | None:
    key = use.measure.number
    field = registry.whole(use.measure.object_name).fields.get(key) if key else None
    return key if field is not None and field.custom else None
