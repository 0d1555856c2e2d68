"""Forms whose fields come and go with what is filled in: custom fields that are shown, or
mandatory, under a condition.

The server decides: when a form is drawn, whenever something in it changes (``views.demands``, asked
by ``demands.js``), and when it is saved, so that a form works without scripts too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from headwater.metadata.objects import ObjectType
from headwater.records.demands import Demands
from headwater.records.models import Record
from headwater.records.previews import preview_record
from headwater.users.actor import Actor
from headwater.web.controls import Control, Raw, for_door


@dataclass(frozen=True)
class Asked:
    """Which fields of a form are not shown, and which must not be empty; ``may_change``: it depends."""

    hidden: frozenset[str] = frozenset()
    mandatory: frozenset[str] = frozenset()
    may_change: frozenset[str] = frozenset()

    def mark(self, controls: Iterable[Control]) -> None:
        """Tell the controls of a form what is asked of them."""
        for control in controls:
            control.hidden = control.name in self.hidden
            control.required = control.required or control.name in self.mandatory
            control.may_change = control.name in self.may_change

    def shown(self, raws: Mapping[str, Raw]) -> dict[str, Raw]:
        """Leave out what the form did not show in the end: nobody would know that it is kept."""
        return {key: raw for key, raw in raws.items() if key not in self.hidden}


def asked_of_form(actor: Actor, entry: ObjectType, raws: Mapping[str, Raw], pk: int | None = None) -> Asked:
    """Return what a form asks for as it is filled in; of a record with its number."""
    demands = Demands(actor, entry)
    if not demands.rules:
        return Asked()
    given = {key: raw for key, raw in for_door(raws).items() if entry.fields[key].editable}
    return _asked(demands, preview_record(actor, entry.name, given, pk))


def asked_of_record(actor: Actor, entry: ObjectType, record: Record) -> Asked:
    """Return what a record asks for as it is stored."""
    demands = Demands(actor, entry)
    return _asked(demands, record) if demands.rules else Asked()


def _asked(demands: Demands, record: Record) -> Asked:
    may_change = frozenset(
        rule.field.key for rule in demands.rules if not (rule.field.required and rule.visible is None)
    )
    return Asked(demands.hidden(record), demands.mandatory(record), may_change)
