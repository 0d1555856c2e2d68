"""After any writes and changes of rules, a member sees through them what brute force finds."""

from collections.abc import Iterator
from contextlib import suppress
from random import Random
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from headwater.access import grants
from headwater.access.models import ANY_OBJECT, Action, Grant, RoleRight, RuleWalk, SharingRule, Source
from headwater.jobs.models import Job
from headwater.jobs.services import run_until_idle
from headwater.lib.memo import unit_of_work
from headwater.metadata import registry
from headwater.metadata.errors import FilterError
from headwater.metadata.tests import world
from headwater.metadata.tests.oracle import Oracle
from headwater.metadata.tests.test_filters_property import Tree, leaves, questions
from headwater.records.bulk import RowWrite, write_records
from headwater.records.errors import Invalid, NotFound
from headwater.records.find import find_parts, find_records
from headwater.records.sharing_rules.services import delete_rule, save_rule
from headwater.records.sharing_rules.truth import Asked
from headwater.records.write import delete_record, restore_record, update_record
from headwater.testing.factories import actor_of
from headwater.users.actor import SYSTEM, Actor
from headwater.users.models import Team, User

pytestmark = pytest.mark.django_db
ROOTS = ("lead", "opportunity", "customer", "contact")
STEPS = ("one", "many", "many", "many", "delete", "restore", "team", "rule", "work")


class Life:
    """Records of four objects, people, and rules that reach one member, who owns nothing."""

    def __init__(self, administrator: User, member: User, people: list[User]) -> None:
        self.administrator, self.member, self.people = administrator, member, people
        self.records = {name: list(rows) for name, rows in world.make_world(people).items()}

    def numbers(self, target: str) -> list[int]:
        if target in self.records:
            return self.records[target][:6]
        return list(registry.get(target).model._default_manager.values_list("pk", flat=True))

    def step(self, data: st.DataObject) -> None:
        """Do one of the things that people do."""
        root, n = data.draw(st.sampled_from(ROOTS)), data.draw(st.integers(0, 30))
        rng = Random(data.draw(st.integers(0, 1000)))
        pk = self.records[root][n % len(self.records[root])]
        match data.draw(
            st.sampled_from(["one", "many", "many", "delete", "restore", "team", "rule", "work"])
        ):
            case "one":
                with suppress(Invalid, NotFound):
                    update_record(SYSTEM, root, pk, self.values(root, rng))
            case "many":
                rows = [RowWrite(self.values(root, rng), other) for other in self.records[root][n % 3 :: 3]]
                write_records(SYSTEM, root, [*rows, RowWrite(self.values(root, rng, whole=True))])
            case "delete":
                with suppress(NotFound):
                    delete_record(SYSTEM, root, pk)
            case "restore":
                with suppress(NotFound, Invalid):
                    restore_record(SYSTEM, root, pk)
            case "team":
                person = self.people[n % len(self.people)]
                person.team = data.draw(st.sampled_from(list(Team.objects.order_by("pk"))))
                person.is_active = not person.is_active or person == self.administrator
                person.save()
            case "rule":
                self.change_a_rule(data)
            case "work":
                work()

    def values(self, root: str, rng: Random, *, whole: bool = False) -> dict[str, Any]:
        links = {name: numbers[:8] for name, numbers in self.records.items()}
        (row,) = world._rows(root, 1, rng, self.people, links)
        row.values.pop("external_id")
        keys = list(row.values) if whole else rng.sample(list(row.values), 8)
        return {key: row.values[key] for key in keys}

    def change_a_rule(self, data: st.DataObject) -> None:
        rules = list(SharingRule.objects.all())
        rule, actor = data.draw(st.sampled_from(rules)), actor_of(self.administrator)
        match data.draw(st.sampled_from(["filter", "switch", "delete"])):
            case "filter":
                rule.filter = self.tree(rule.object, data)
            case "switch":
                rule.is_active = not rule.is_active
            case "delete":
                delete_rule(actor, rule)
                return
        with suppress(FilterError):  # about "me", or by the hour
            save_rule(actor, rule)

    def make_rules(self, data: st.DataObject) -> None:
        for root in (*ROOTS, *ROOTS, *ROOTS):
            rule = SharingRule(name="R", object=root, team=self.member.team, filter=self.tree(root, data))
            with suppress(FilterError):
                save_rule(actor_of(self.administrator), rule)

    def tree(self, root: str, data: st.DataObject) -> Tree:
        """Draw a short filter: of one condition, half of all records meet it as a rule."""
        one: Tree = data.draw(leaves(root, self.numbers, hops=2))
        asks_related: bool = data.draw(st.booleans())
        if asks_related and registry.get(root).collections:
            one = data.draw(questions(root, self.numbers))
        return {"all": [one]} if data.draw(st.booleans()) else {"none": [one]}

    def oracle(self) -> Oracle:
        """Return what answers filters by brute force, as things are."""
        records = {name: {r.pk: r for r in registry.get(name).unscoped.all()} for name in ROOTS}
        return Oracle(records, None, self.administrator, world.NOW)

    def check_at_once(self) -> None:
        """Check the rules about a record's own fields, which need no job."""
        rules = [(rule, Asked.of(rule)) for rule in SharingRule.objects.filter(walk__isnull=True)]
        rules = [(rule, asked) for rule, asked in rules if asked and asked.reads.in_memory]
        oracle = self.oracle() if rules else None
        for rule, _asked in rules:
            assert oracle is not None
            assert held(rule) == oracle.select(rule.object, rule.filter)

    def check(self) -> None:
        """Check every rule, and what the member sees, when there is nothing more to do."""
        work()
        assert not RuleWalk.objects.exists()
        oracle = self.oracle()
        wanted: dict[str, set[int]] = {name: set() for name in ROOTS}
        for rule in SharingRule.objects.all():
            found = oracle.select(rule.object, rule.filter)
            assert held(rule) == found
            wanted[rule.object] |= found if rule.is_active else set()
        words = {grants.rule_holder(rule) for rule in SharingRule.objects.all()}
        of_rules = Grant.objects.filter(source=Source.RULE)
        assert set(of_rules.values_list("holder", flat=True)) <= words
        member = Actor(User.objects.get(pk=self.member.pk))
        for name, expected in wanted.items():
            assert set(find_records(member, name).values_list("pk", flat=True)) == expected
            assert sum(part.count() for part in find_parts(member, name)) == len(expected)


def work() -> None:
    """Do what jobs have to do with rules. Mails to owners would take most of the time."""
    Job.objects.exclude(task__startswith="headwater.records.").delete()
    run_until_idle()


def held(rule: SharingRule) -> set[int]:
    """Return the living records that a rule holds."""
    found = Grant.objects.filter(object=rule.object, holder=grants.rule_holder(rule)).values("record_id")
    return set(find_records(SYSTEM, rule.object).filter(pk__in=found).values_list("pk", flat=True))


@pytest.fixture
def life(administrator, manager, seller_north, seller_south, make_user, sales) -> Iterator[Life]:
    RoleRight.objects.all().delete()
    member = make_user("member", team=Team.objects.create(name="Aside"))
    RoleRight.objects.create(role=member.role, object=ANY_OBJECT, action=Action.SEE, scope="own")
    with time_machine.travel(world.NOW, tick=False), unit_of_work():
        yield Life(administrator, member, [administrator, manager, seller_north, seller_south])


@settings(max_examples=8, phases=[Phase.generate])  # shrinking such lives takes minutes
@given(data=st.data())
def test_what_a_member_sees_through_rules_is_what_their_filters_find(life, data):
    with transaction.atomic(), unit_of_work():
        for person in life.people:
            person.refresh_from_db()
        life.make_rules(data)
        life.check()
        for _step in range(5):
            life.step(data)
            life.check_at_once()
        life.check()
        transaction.set_rollback(True)
