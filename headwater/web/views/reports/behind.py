"""The records behind a figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from headwater.access import rights
from headwater.access.models import Action, Scope
from headwater.lib import formats
from headwater.metadata import registry
from headwater.metadata.errors import FilterError, UnknownField
from headwater.metadata.objects import Field, ObjectType
from headwater.metadata.paths import resolve
from headwater.records.asof import as_of, still_there
from headwater.reports.definition import Definition, DefinitionError
from headwater.reports.drill import Drill, drill, note_drill
from headwater.reports.words import instant_words
from headwater.users.actor import Actor
from headwater.web.cells import NUMERIC, Links, renderer
from headwater.web.jinja import compact_json
from headwater.web.objects import title_of
from headwater.web.queries import ListQuery
from headwater.web.views.reports.drafts import Draft

PAGE = 25
"""Records at first; ``MORE`` with every click on the button below them."""
MORE = 50


@dataclass(frozen=True)
class Row:
    """``href`` is empty for a record of an earlier time that has been deleted since."""

    href: str
    title: str
    counts_as: str
    is_counted: bool
    cells: Sequence[Markup]


def columns_of(definition: Definition) -> list[Field]:
    """Return the columns of the records behind, on the page and in files; those gone since are left out."""
    entry = registry.get(definition.root)
    found = []
    for key in definition.table.columns or entry.list_columns:
        try:
            path = resolve(entry.name, key)
        except UnknownField:
            continue
        if not path.hops and key != entry.title_key:
            found.append(path.field)
    return found


class Behind:
    """One page of the counted records, each with what it counts as."""

    def __init__(self, actor: Actor, draft: Draft, found: Drill, problem: str = "") -> None:
        self.actor, self.draft, self.found, self.problem = actor, draft, found, problem
        self.definition: Definition = draft.definition
        self.entry: ObjectType = registry.get(self.definition.root)
        self.list = ListQuery(self.entry, tree=found.filter.to_json())

    @property
    def sentence(self) -> str:
        return self.found.sentence

    @property
    def all_cell(self) -> str:
        """The coordinates of all the records that the report counts."""
        return compact_json({"measure": self.definition.measures[0].id})

    @property
    def cell(self) -> str:
        """The coordinates of these records, written as the rows of the table write them."""
        return compact_json(self.draft.mark) if self.draft.mark and not self.problem else self.all_cell

    @property
    def title(self) -> str:
        page = self.found.page
        words = {"count": formats.number(page.count), "objects": str(self.entry.label_plural).lower()}
        if page.count_exact and page.count == 1:
            return _("1 %(object)s") % {"object": str(self.entry.label).lower()}
        return (
            _("%(count)s %(objects)s") if page.count_exact else _("More than %(count)s %(objects)s")
        ) % words

    @property
    def is_judged(self) -> bool:
        """Whether records differ in what they count as; for a plain count they do not."""
        return self.found.measure.field is not None

    @property
    def may_export(self) -> bool:
        return rights.scope(self.actor, self.entry.name, Action.EXPORT) != Scope.NONE

    @property
    def is_past(self) -> bool:
        """Whether the records are shown as they were known at an earlier instant."""
        return self.found.as_of is not None

    @property
    def past(self) -> str:
        """What the records' values are, where they are not those of now."""
        assert self.found.as_of is not None
        text = _("The values are those of %(instant)s. A record that has been deleted since has no page.")
        return text % {"instant": instant_words(self.found.as_of)}

    @property
    def list_url(self) -> str:
        """The list of exactly these records; empty for those of an earlier time, which no list shows."""
        return "" if self.is_past else self.list.url()

    @cached_property
    def fields(self) -> list[Field]:
        """The columns beside the name and what the record counts as."""
        return columns_of(self.definition)

    @property
    def heads(self) -> list[tuple[str, str]]:
        return [(str(f.label), "is-number" if f.kind.name in NUMERIC else "") for f in self.fields]

    @cached_property
    def links(self) -> Links:
        """The names of linked records, of the time that the report is as of."""
        return Links(self.actor, self.fields, self.found.page.items, plain=self.is_past)

    @cached_property
    def rows(self) -> list[Row]:
        records = self.found.page.items
        renders = [
            (renderer(f, self.links), _CELLS[f.kind.name in NUMERIC], str(f.label)) for f in self.fields
        ]
        return [
            Row(
                href=self._href(record.pk),
                title=title_of(self.entry, record),
                counts_as=str(judged.label),
                is_counted=judged.key == self.found.measure.counted.key,
                cells=[pattern.format(label, render(record) or "") for render, pattern, label in renders],
            )
            for record, judged in zip(records, self.found.counts_as, strict=True)
        ]

    @cached_property
    def _opened(self) -> set[int]:
        """The records of the page that have a page of their own now."""
        return still_there(self.entry.name, [record.pk for record in self.found.page.items])

    def _href(self, number: int) -> str:
        if not self.is_past:
            return self.list.record_url(number)
        # The records beside it in the list of now are others.
        return reverse("record", args=[self.entry.slug, number]) if number in self._opened else ""

    @property
    def next(self) -> str:
        return self.found.page.next or ""


_CELLS = {
    True: Markup('<td class="is-number" data-label="{}">{}</td>'),
    False: Markup('<td data-label="{}">{}</td>'),
}


def find_behind(
    actor: Actor, draft: Draft, *, after: str | None = None, exact: bool = True, count: int | None = None
) -> Behind:
    """Return the records of the draft's mark; all of the report's when the mark means nothing any more.

    ``count`` is how many the report has, where that is known. Raises DefinitionError and FilterError
    for what is wrong with the report itself.
    """
    mark = draft.mark or {}
    words = {"after": after, "limit": MORE if after else PAGE, "exact_count": exact and not after}
    words["count"] = None if mark else count
    with as_of(actor, draft.definition.instant):
        try:
            behind = Behind(actor, draft, drill(actor, draft.definition, mark, **words))  # type: ignore[arg-type]
        except (DefinitionError, FilterError) as problem:
            if not mark:
                raise
            found = drill(actor, draft.definition, {}, limit=PAGE, exact_count=exact, count=count)
            behind = Behind(actor, draft, found, " ".join(p.message for p in problem.problems))
        if behind.is_past:
            behind.links  # noqa: B018 - read here, where names are those of then
    note_drill(actor, behind.found, draft.definition.name)
    return behind
