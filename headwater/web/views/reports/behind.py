"""The records behind a figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from headwater.metadata.errors import FilterError
from headwater.metadata.objects import Field, ObjectType
from headwater.metadata import registry
from headwater.metadata.paths import resolve
from headwater.metadata.errors import UnknownField
from headwater.reports.definition import Definition, DefinitionError
from headwater.reports.drill import Drill, drill
from headwater.users.actor import Actor
from headwater.web.cells import NUMERIC, Links, renderer
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
    def counted_label(self) -> str:
        return str(self.found.measure.counted.label)

    @property
    def is_judged(self) -> bool:
        """Whether records differ in what they count as; for a plain count they do not."""
        return self.found.measure.field is not None

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
