"""The records behind a figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from markupsafe import Markup

from headwater.access import rights
from headwater.access.models import Action, Scope
from headwater.lib import formats
from headwater.metadata import registry
from headwater.metadata.errors import FilterError, UnknownField
from headwater.metadata.objects import Field, ObjectType
from headwater.metadata.paths import resolve
from headwater.reports.definition import Definition, DefinitionError
from headwater.reports.drill import Drill, drill
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
    href: str
    title: str
    counts_as: str
    is_counted: bool
    cells: Sequence[Markup]


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
    def list_url(self) -> str:
        return self.list.url()

    @cached_property
    def fields(self) -> list[Field]:
        """The columns beside the name and what the record counts as."""
        keys = self.definition.table.columns or self.entry.list_columns
        found = []
        for key in keys:
            try:
                path = resolve(self.entry.name, key)
            except UnknownField:
                continue
            if not path.hops and key != self.entry.title_key:
                found.append(path.field)
        return found

    @property
    def heads(self) -> list[tuple[str, str]]:
        return [(str(f.label), "is-number" if f.kind.name in NUMERIC else "") for f in self.fields]

    @cached_property
    def rows(self) -> list[Row]:
        records = self.found.page.items
        links = Links(self.actor, self.fields, records)
        renders = [(renderer(f, links), _CELLS[f.kind.name in NUMERIC], str(f.label)) for f in self.fields]
        return [
            Row(
                href=self.list.record_url(record.pk),
                title=title_of(self.entry, record),
                counts_as=str(judged.label),
                is_counted=judged.key == self.found.measure.counted.key,
                cells=[pattern.format(label, render(record) or "") for render, pattern, label in renders],
            )
            for record, judged in zip(records, self.found.counts_as, strict=True)
        ]

    @property
    def next(self) -> str:
        return self.found.page.next or ""


_CELLS = {
    True: Markup('<td class="is-number" data-label="{}">{}</td>'),
    False: Markup('<td data-label="{}">{}</td>'),
}


def find_behind(actor: Actor, draft: Draft, *, after: str | None = None, exact: bool = True) -> Behind:
    """Return the records of the draft's mark; all of the report's when the mark means nothing any more.

    Raises DefinitionError and FilterError for what is wrong with the report itself.
    """
    words = {"after": after, "limit": MORE if after else PAGE, "exact_count": exact and not after}
    mark = draft.mark or {}
    try:
        return Behind(actor, draft, drill(actor, draft.definition, mark, **words))  # type: ignore[arg-type]
    except (DefinitionError, FilterError) as problem:
        if not mark:
            raise
        found = drill(actor, draft.definition, {}, limit=PAGE, exact_count=exact)
        return Behind(actor, draft, found, " ".join(p.message for p in problem.problems))
