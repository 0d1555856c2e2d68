"""Carrying out the planned lives, through the doors and by the people they belong to.

Steps of one kind are written together. Each life goes on step by step, so that the history of
every record is in the order of time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from headwater.activities.services import add_comments
from headwater.config.demo.chances import ROLES
from headwater.config.demo.people import Cast
from headwater.config.demo.plan import MARK, Life, Step
from headwater.customers.links import write_links
from headwater.customers.models import AddressLink, ContactLink
from headwater.lib import clock
from headwater.pipeline import conversion
from headwater.pipeline.models import Stage
from headwater.records.bulk import RowWrite, write_records
from headwater.users.actor import Actor

BATCH = 200
Due = list[tuple[Life, Step]]


class Story:
    """Writes lives; every call of ``write`` that ``batches`` asks for is one short transaction's work."""

    def __init__(self, cast: Cast, lives: Sequence[Life]) -> None:
        self.cast = cast
        self.waiting = [life for life in lives if life.steps]
        self.stages = list(
            Stage.objects.order_by("pipeline__position", "position").values_list("pk", flat=True)
        )
        self.kinds: dict[str, Callable[[Actor, Due], None]] = {
            "lead": self._leads,
            "web_lead": lambda actor, due: self._leads(actor.through("api"), due),
            "change": self._changes,
            "comment": self._comments,
            "word": self._comments,
            "contact": self._contacts,
            "address": self._addresses,
            "opportunity": self._opportunities,
            "move": self._moves,
            "customer": self._customers,
        }

    def batches(self) -> Iterator[tuple[str, Actor, Due]]:
        """Yield what can be written next, the kind that most lives wait for first."""
        while self.waiting:
            heads: dict[str, dict[int, Due]] = defaultdict(lambda: defaultdict(list))
            for life in self.waiting:
                step = life.steps[0]
                heads[step.kind][self._actor(life, step.kind).user_id or 0].append((life, step))
            kind = max(heads, key=lambda name: sum(len(due) for due in heads[name].values()))
            for due in heads[kind].values():
                for start in range(0, len(due), BATCH):
                    yield kind, self._actor(due[0][0], kind), due[start : start + BATCH]
                for life, _step in due:
                    life.steps.pop(0)
            self.waiting = [life for life in self.waiting if life.steps]

    def write(self, kind: str, actor: Actor, due: Due) -> None:
        """Write steps of one kind and one person."""
        self.kinds[kind](actor, due)

    def _actor(self, life: Life, kind: str) -> Actor:
        market = life.market.key
        return self.cast.managers[market] if kind == "word" else self.cast.sellers[market][life.seller]

    def _create(self, actor: Actor, name: str, rows: list[RowWrite]) -> list[int]:
        results = write_records(actor, name, rows)
        refused = [error for result in results for error in result.errors]
        if refused:
            raise ValueError(f"the demonstration's {name} was refused: {refused[0]}")
        return [result.record_id or 0 for result in results]

    def _leads(self, actor: Actor, due: Due) -> None:
        rows = [RowWrite(step.values, at=step.at) for _life, step in due]
        for (life, _step), pk in zip(due, self._create(actor, "lead", rows), strict=True):
            life.lead = pk

    def _changes(self, actor: Actor, due: Due) -> None:
        self._create(actor, "lead", [RowWrite(step.values, life.lead, at=step.at) for life, step in due])

    def _comments(self, actor: Actor, due: Due) -> None:
        add_comments(actor, "lead", [(life.lead, step.values["body"], step.at) for life, step in due])

    def _contacts(self, actor: Actor, due: Due) -> None:
        values = [{key: value for key, value in step.values.items() if key != "role"} for _life, step in due]
        rows = [RowWrite(each, at=step.at) for each, (_life, step) in zip(values, due, strict=True)]
        links = [
            ContactLink(contact_id=pk, object="lead", record_id=life.lead, role=step.values["role"])
            for pk, (life, step) in zip(self._create(actor, "contact", rows), due, strict=True)
        ]
        for link in links:
            link.preferred_channel = ROLES[link.role]
        self._link(actor, ContactLink, links, due, "contact_linked")

    def _addresses(self, actor: Actor, due: Due) -> None:
        rows = [RowWrite(step.values, at=step.at) for _life, step in due]
        links = [
            AddressLink(address_id=pk, object="lead", record_id=life.lead)
            for pk, (life, _step) in zip(self._create(actor, "address", rows), due, strict=True)
        ]
        self._link(actor, AddressLink, links, due, "address_linked")

    def _link(self, actor: Actor, model: Any, links: list[Any], due: Due, verb: str) -> None:
        at = {life.lead: step.at for life, step in due}
        write_links(
            actor, model, "lead", list(at), lambda: model.objects.bulk_create(links), verb=verb, at=at
        )

    def _opportunities(self, actor: Actor, due: Due) -> None:
        rows = [RowWrite(step.values | {"lead": life.lead}, at=step.at) for life, step in due]
        for (life, _step), pk in zip(due, self._create(actor, "opportunity", rows), strict=True):
            life.opportunity = pk

    def _moves(self, actor: Actor, due: Due) -> None:
        rows = []
        for life, step in due:
            values = dict(step.values)
            if "stage" in values:
                values["stage"] = self.stages[min(values["stage"], len(self.stages) - 1)]
            rows.append(RowWrite(values, life.opportunity, at=step.at))
        self._create(actor, "opportunity", rows)

    def _customers(self, actor: Actor, due: Due) -> None:
        for life, step in due:
            with clock.pretend(step.at):
                conversion.make_customer(actor, life.lead, dict(MARK))
