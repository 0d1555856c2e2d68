"""Assignees: who may assign whom, and that they see and edit what they are named in, and nothing else."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.access import grants
from headwater.access.explanation import effective_access, viewers
from headwater.access.fields import reading_as
from headwater.access.models import Action, Grant, RoleFieldRight, RoleRight, Source
from headwater.access.roles import change_role
from headwater.activities.timeline import timeline
from headwater.history.models import HistoryEntry
from headwater.jobs.services import run_until_idle
from headwater.metadata import registry
from headwater.pipeline.conversion import prefill_opportunity
from headwater.pipeline.models import Lead
from headwater.records.asof import as_of
from headwater.records.bulk import RowWrite, write_records
from headwater.records.errors import Forbidden, Invalid, NotFound
from headwater.records.find import find_records, get_record, may
from headwater.records.paging import page_records
from headwater.records.search.best import find_best
from headwater.records.write import create_record, delete_record, restore_record, update_record
from headwater.reports.drill import drill
from headwater.reports.groups import group_records, read_grouping, total_records
from headwater.reports.run import run as run_report
from headwater.testing.factories import make_contact, make_lead, make_record
from headwater.transfer import bulk, services
from headwater.transfer.handover import hand_over
from headwater.transfer.tests.helpers import codes, csv_of, living_leads, run
from headwater.users.actor import SYSTEM, Actor
from headwater.users.models import Role, User

pytestmark = pytest.mark.django_db


def again(user: User) -> User:
    return User.objects.select_related("role", "team").get(pk=user.pk)


def sees(user: User, record: Any) -> bool:
    name = registry.of(record).name
    return find_records(Actor(user), name).filter(pk=record.pk).exists()


def named(record: Any) -> tuple[int, ...]:
    found: tuple[int, ...] = type(record).unscoped.get(pk=record.pk).assignees
    return found


def granted(name: str = "lead") -> set[tuple[int, str, Any]]:
    rows = Grant.objects.filter(source=Source.ASSIGNEE, object=name)
    return set(rows.values_list("record_id", "holder", "created_at"))


def by_field(model: Any = Lead) -> set[tuple[int, str, Any]]:
    """Return the grants that the fields ask for, of deleted records too."""
    return {
        (record.pk, grants.user_holder(user), record.created_at)
        for record in model.unscoped.all()
        for user in record.assignees
    }


@pytest.fixture
def only_own(seller_south):
    """Sam sees and edits only what is his."""
    for action in (Action.SEE, Action.EDIT):
        RoleRight.objects.filter(role=seller_south.role, action=action).update(scope="own")
    return again(seller_south)


@pytest.mark.parametrize("name", ["lead", "contact", "customer", "opportunity", "address"])
def test_who_is_assigned_sees_and_edits_until_she_is_no_longer(name, administrator, seller_south, manager):
    actor, her = Actor(administrator), Actor(seller_south)
    record = make_record(administrator, name, assignees=[seller_south.pk, manager.pk])
    other = make_record(administrator, name)
    assert named(record) == (seller_south.pk, manager.pk)
    assert (sees(seller_south, record), sees(seller_south, other)) == (True, False)
    assert may(her, record, Action.EDIT)
    assert not may(her, record, Action.ASSIGN)
    update_record(her, name, record.pk, {"external_id": "x1"})
    with pytest.raises(Forbidden):
        delete_record(her, name, record.pk)
    update_record(actor, name, record.pk, {"assignees": [manager.pk]})
    assert not sees(seller_south, record)
    assert sees(manager, record)
    entry = HistoryEntry.objects.filter(object=name, record_id=record.pk).latest("pk")
    assert entry.changes == {"assignees": [[seller_south.pk, manager.pk], [manager.pk]]}


def test_it_gives_nothing_that_the_role_does_not_have(administrator, seller_south, no_rights):
    lead = make_lead(administrator, assignees=[seller_south.pk])
    RoleRight.objects.filter(role=seller_south.role, action=Action.EDIT).update(scope="none")
    assert sees(seller_south, lead)
    assert not may(Actor(seller_south), lead, Action.EDIT)
    User.objects.filter(pk=seller_south.pk).update(role=no_rights)
    with pytest.raises(NotFound):
        get_record(Actor(again(seller_south)), "lead", lead.pk)
    User.objects.filter(pk=seller_south.pk).update(role=lead.owner.role, is_active=False)
    with pytest.raises(NotFound):
        get_record(Actor(again(seller_south)), "lead", lead.pk)


def problem(given: Any) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        given()
    (error,) = refused.value.errors
    return error.field, error.code


def test_whom_one_may_assign_is_said_by_the_role(administrator, manager, seller_north, seller_south):
    change_role(SYSTEM, Role.objects.get(key="manager"), people_reach="team")
    actor = Actor(again(manager))
    lead = make_lead(manager, assignees=[seller_north.pk])
    refused = ("assignees", "not_found")
    both = {"assignees": [seller_north.pk, seller_south.pk]}
    assert problem(lambda: update_record(actor, "lead", lead.pk, both)) == refused
    assert problem(lambda: make_lead(actor, **both)) == refused
    add = {"assignees": {"add": [seller_south.pk]}}
    assert problem(lambda: bulk.change_many(actor, "lead", add, ids=[lead.pk])) == refused
    (result,) = write_records(actor, "lead", [RowWrite(both, lead.pk)])
    assert [(e.field, e.code) for e in result.errors] == [refused]
    # Whom others assigned stays, and can be taken out.
    update_record(Actor(administrator), "lead", lead.pk, both)
    update_record(actor, "lead", lead.pk, {"assignees": [seller_south.pk, seller_north.pk, manager.pk]})
    bulk.change_many(actor, "lead", {"assignees": {"remove": [seller_south.pk]}}, ids=[lead.pk])
    assert named(lead) == (seller_north.pk, manager.pk)
    User.objects.filter(pk=seller_north.pk).update(is_active=False)
    update_record(actor, "lead", lead.pk, {"assignees": [seller_north.pk]})
    assert problem(lambda: make_lead(administrator, assignees=[seller_north.pk])) == refused


def test_who_may_not_give_to_others_assigns_nobody_and_may_leave(administrator, seller_north, seller_south):
    """An assignee edits and does not give on what others own; nor does who has no right to give."""
    lead = make_lead(administrator, assignees=[seller_north.pk, seller_south.pk])
    her, refused = Actor(seller_north), ("assignees", "not_allowed")
    for numbers in ([seller_north.pk], [], [seller_north.pk, seller_south.pk, administrator.pk]):
        given = {"assignees": numbers}
        assert problem(lambda given=given: update_record(her, "lead", lead.pk, given)) == refused
    update_record(her, "lead", lead.pk, {"assignees": [seller_south.pk]})
    assert (named(lead), sees(seller_north, lead)) == ((seller_south.pk,), False)
    RoleRight.objects.filter(role=seller_north.role, action=Action.ASSIGN).update(scope="none")
    assert problem(lambda: make_lead(her, assignees=[seller_south.pk])) == refused
    mine = make_lead(her)
    (result,) = write_records(her, "lead", [RowWrite({"assignees": [seller_south.pk]}, mine.pk)])
    assert [(e.field, e.code) for e in result.errors] == [refused]


def test_every_reader_has_what_is_assigned(administrator, only_own):
    leads = [make_lead(administrator, last_name=f"Qarn {n}", value=10) for n in range(4)]
    mine = make_lead(only_own, last_name="Qarn 9", value=5)
    for lead in leads[:2]:
        update_record(Actor(administrator), "lead", lead.pk, {"assignees": [only_own.pk]})
    actor, wanted = Actor(only_own), {leads[0].pk, leads[1].pk, mine.pk}
    page = page_records(actor, "lead", exact_count=True)
    assert ({r.pk for r in page.items}, page.count) == (wanted, 3)
    assert {r.pk for r in find_best(actor, "lead", "qarn", 10).records} == wanted
    assert find_records(actor, "lead", search="qarn").count() == 3
    groups = group_records(actor, read_grouping(actor, "lead", "status"))
    assert sum(group.count for group in groups.shown) == 3
    totals = total_records(actor, "lead", totals={"value": "sum"})
    assert [str(amount) for _code, amount in totals["value"].amounts if amount] == ["25.00"]
    definition = {
        "v": 1,
        "root": "lead",
        "measures": [{"id": "m1", "ref": "lead.count"}],
        "rows": [{"id": "d1", "field": "owner"}],
    }
    result = run_report(actor, definition)
    assert result.totals.grand is not None
    assert result.totals.grand["m1"].value == 3
    behind = drill(actor, definition, {"measure": "m1"})
    assert set(find_records(actor, "lead", behind.filter).values_list("pk", flat=True)) == wanted
    assigned = {"field": "assignees", "op": "me"}
    assert set(find_records(actor, "lead", assigned).values_list("pk", flat=True)) == wanted - {mine.pk}
    assert "assigned to" in result.rights
    (line,) = [one for one in effective_access(only_own) if one.entry.name == "lead"]
    assert (line.seen, line.granted) == (3, 2)


def test_one_is_told_that_somebody_is_an_assignee_who_has_the_field(
    administrator, manager, seller_north, seller_south, client_of
):
    lead = make_lead(seller_north)
    update_record(Actor(administrator), "lead", lead.pk, {"assignees": [seller_south.pk, seller_north.pk]})

    def why() -> dict[str, str]:
        return {viewer.user.name: viewer.why for viewer in viewers("lead", lead.pk, lead.owner_id)}

    assert (why()["Sam"], why()["Nora"]) == ("Is an assignee", "Owns the record")
    RoleFieldRight.objects.create(role=manager.role, object="lead", field="assignees", access="hidden")
    with reading_as(Actor(manager)):
        assert why()["Sam"] == "Was given the record to see"
    assert sees(seller_south, lead)
    assert "Assignees" not in client_of(manager).get(f"/leads/{lead.pk}/").content.decode()
    RoleFieldRight.objects.update(role=seller_south.role)
    assert sees(seller_south, lead)
    said = [item.sentence for item in timeline(Actor(administrator), "lead", lead.pk).items]
    assert said[0] == "set Assignees to Sam, Nora"


def test_a_file_names_them_by_mail_and_the_grants_follow(administrator, manager, seller_north, seller_south):
    change_role(SYSTEM, Role.objects.get(key="manager"), people_reach="team")
    content = csv_of(
        "First name,Collaborators,Owner",
        f'One,"{seller_north.email}, {manager.email.upper()}",{seller_north.email}',
        f"Two,{seller_north.name};{manager.email},",
        f"Three,{seller_south.email},",
        "Four,nobody@example.com,",
    )
    RoleRight.objects.filter(role=manager.role, action=Action.IMPORT).update(scope="all")
    done = run(again(manager), "lead", content)
    assert codes(done) == {"not_found": 1, "unknown_link": 1}
    both = (seller_north.pk, manager.pk)
    assert [lead.assignees for lead in living_leads()] == [both, both]
    assert granted() == by_field()
    assert len(granted()) == 4


def test_what_is_made_from_a_lead_stays_with_its_people(administrator, seller_north, seller_south, manager):
    people = [seller_south.pk, seller_north.pk]
    lead = make_lead(seller_north, assignees=people)
    assert prefill_opportunity(Actor(seller_north), lead.pk)["assignees"] == people
    change_role(SYSTEM, Role.objects.get(key="salesperson"), people_reach="team")
    assert prefill_opportunity(Actor(again(seller_north)), lead.pk)["assignees"] == [seller_north.pk]
    RoleRight.objects.filter(role=seller_north.role, action=Action.ASSIGN).update(scope="none")
    assert "assignees" not in prefill_opportunity(Actor(again(seller_north)), lead.pk)


def test_a_leaver_is_replaced_or_only_taken_out_and_comes_back(
    administrator, seller_north, seller_south, manager
):
    actor = Actor(administrator)
    both = make_lead(administrator, assignees=[seller_north.pk, manager.pk])
    mine = make_contact(administrator, assignees=[seller_north.pk])
    successors = {"lead.assignees": seller_south.pk, "contact.assignees": None}
    with pytest.raises(Invalid):
        hand_over(actor, seller_north, {"lead.assignees": None, "lead.owner": None})
    done = hand_over(actor, seller_north, successors, switch_off=True)
    run_until_idle()
    assert (named(both), named(mine)) == ((seller_south.pk, manager.pk), ())
    assert (sees(seller_south, both), granted()) == (True, by_field())
    services.undo(actor, done.pk)
    run_until_idle()
    assert (named(both), named(mine)) == ((seller_north.pk, manager.pk), (seller_north.pk,))
    assert (granted(), granted("contact")) == (by_field(), by_field(type(mine)))
    assert sees(again(seller_north), both)


def test_reports_of_then_ask_who_was_assigned_then(administrator, seller_south):
    actor = Actor(administrator)
    lead = make_lead(administrator, assignees=[seller_south.pk])
    then = HistoryEntry.objects.get(object="lead", record_id=lead.pk).recorded_at
    update_record(actor, "lead", lead.pk, {"assignees": []})
    tree = {"field": "assignees", "op": "has_any", "value": [seller_south.email]}
    assert not find_records(actor, "lead", tree).exists()
    with as_of(actor, then):
        assert [record.pk for record in find_records(actor, "lead", tree)] == [lead.pk]


def test_whoever_is_not_assigned_anything_runs_the_statements_of_before(
    administrator, seller_north, django_assert_num_queries
):
    """Writing without assignees costs nothing more, nor does a list that does not show them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    lead = make_lead(seller_north)
    with CaptureQueriesContext(connection) as written:
        update_record(Actor(administrator), "lead", lead.pk, {"job_title": "Baker"})
        create_record(Actor(administrator), "lead", {"first_name": "A", "assignees": []})
    assert "access_grant" not in " ".join(query["sql"] for query in written.captured_queries)
    with CaptureQueriesContext(connection) as read:
        page_records(Actor(seller_north), "lead", fields=("name", "owner"))
    assert "assignees" not in " ".join(query["sql"] for query in read.captured_queries)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["create", "update", "many", "twice", "add", "remove", "move", "delete", "restore", "undo"]
        ),
        st.integers(0, 3),
        st.lists(st.integers(0, 3), max_size=3, unique=True),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=12)
@given(steps=STEPS)
def test_grants_are_what_the_field_says_after_whatever_happened(
    steps, administrator, manager, seller_north, seller_south
):
    people = [administrator, manager, seller_north, seller_south]
    world = _World(Actor(administrator), [person.pk for person in people])
    for step, which, numbers in steps:
        getattr(world, step)(which, [people[n].pk for n in numbers])
        assert granted() == by_field()
    for user in people[1:]:
        mine = Lead.unscoped.filter(assignees__contains=f"|{user.pk}|", deleted_at__isnull=True)
        assert set(mine) <= set(find_records(Actor(user), "lead"))


class _World:
    """Leads, and everything that can happen to their assignees, at the doors."""

    def __init__(self, actor: Actor, people: list[int]) -> None:
        self.actor, self.people = actor, people
        self.done: list[int] = []
        self.leads = [make_lead(actor, assignees=people[:n]).pk for n in range(2)]

    def at(self, which: int) -> int:
        return self.leads[which % len(self.leads)]

    def living(self, which: int) -> int | None:
        pk = self.at(which)
        return pk if Lead.unscoped.filter(pk=pk, deleted_at__isnull=True).exists() else None

    def create(self, which: int, numbers: list[int]) -> None:
        self.leads.append(make_lead(self.actor, assignees=numbers).pk)

    def update(self, which: int, numbers: list[int]) -> None:
        if pk := self.living(which):
            update_record(self.actor, "lead", pk, {"assignees": numbers})

    def many(self, which: int, numbers: list[int]) -> None:
        rows = [RowWrite({"assignees": numbers}, pk) for pk in self.leads]
        new = RowWrite({"first_name": "A", "assignees": numbers})
        self.leads += [
            r.record_id for r in write_records(self.actor, "lead", [*rows, new])[-1:] if r.record_id
        ]

    def twice(self, which: int, numbers: list[int]) -> None:
        pk = self.at(which)
        write_records(
            self.actor,
            "lead",
            [RowWrite({"assignees": self.people}, pk), RowWrite({"assignees": numbers}, pk)],
        )

    def add(self, which: int, numbers: list[int], word: str = "add") -> None:
        alive = [pk for n, _pk in enumerate(self.leads) if (pk := self.living(n))]
        if alive and numbers:
            values = {"assignees": {word: numbers}}
            self.done.append(bulk.change_many(self.actor, "lead", values, ids=alive).pk)

    def remove(self, which: int, numbers: list[int]) -> None:
        self.add(which, numbers, "remove")

    def move(self, which: int, numbers: list[int]) -> None:
        if pk := self.living(which):
            born = f"2026-0{which + 1}-01T10:00"
            update_record(self.actor, "lead", pk, {"created_at": born, "assignees": numbers})

    def delete(self, which: int, numbers: list[int]) -> None:
        if pk := self.living(which):
            delete_record(self.actor, "lead", pk)

    def restore(self, which: int, numbers: list[int]) -> None:
        if not self.living(which):
            restore_record(self.actor, "lead", self.at(which))

    def undo(self, which: int, numbers: list[int]) -> None:
        if self.done:
            services.undo(self.actor, self.done.pop())
            run_until_idle()
