"""What is granted is seen, as far as it is granted and no longer: at the doors, against brute force."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from headwater.access import grants
from headwater.access.models import ANY_OBJECT, Action, Grant, Holding, Level, RoleRight, SharingRule, Source
from headwater.access.visibility import reach_q
from headwater.jobs.services import run_until_idle
from headwater.lib.memo import unit_of_work
from headwater.metadata import registry
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.pipeline.models import Lead
from headwater.records import granted
from headwater.records.errors import Forbidden
from headwater.records.find import find_parts, find_records
from headwater.records.neighbors import neighbors
from headwater.records.ordering import ordering_of, sort_keys
from headwater.records.paging import page_records
from headwater.records.search.best import find_best
from headwater.testing.factories import make_lead
from headwater.users.actor import Actor
from headwater.users.models import Role, Team, User

pytestmark = pytest.mark.django_db

SORTS = (
    ("name",),
    ("-name",),
    ("name", "-value"),
    ("-created_at",),
    ("created_at",),
    ("created_at", "name"),
    ("-value",),
    ("-owner",),
    ("cf_size",),
    ("-cf_word",),
)
OWN_FIELDS = {"Size": "integer", "Word": "text"}


class World:
    """Five people in a small tree of teams, and twelve leads of theirs or of nobody."""

    def __init__(self, people: list[User], leads: list[Lead]) -> None:
        self.people, self.leads = people, leads

    def holders(self) -> list[str]:
        """Return every holder that there can be."""
        found = [grants.user_holder(user.pk) for user in self.people]
        found += [grants.team_holder(pk) for pk in Team.objects.values_list("pk", flat=True)]
        return found + [grants.role_holder(pk) for pk in Role.objects.values_list("pk", flat=True)]


@pytest.fixture
def world(administrator, manager, seller_north, seller_south, stranger, make_user, sales) -> World:
    head = make_user("head", role="manager", team=sales)
    fields = [Definition(label=label, kind=kind, is_indexed=True) for label, kind in OWN_FIELDS.items()]
    for field in fields:
        add_field("lead", field)
    run_until_idle()
    assert all(registry.get("lead").fields[key].reads_slot for key in ("cf_size", "cf_word"))
    owners = [administrator, manager, seller_north, seller_south, head, None]
    leads = [
        make_lead(
            administrator,
            last_name=f"{'qz'[n % 2]}{n % 5}",
            value=n % 3 or None,
            cf_size=n * 5 % 4 or None,
            cf_word="abc"[n % 3],
        )
        for n in range(len(owners) * 2)
    ]
    for n, lead in enumerate(leads):
        owner = owners[n % len(owners)]
        Lead.unscoped.filter(pk=lead.pk).update(owner=owner)
    return World([administrator, manager, seller_north, seller_south, stranger, head], leads)


def teams_of(user: User) -> Iterator[int]:
    """Yield the user's team and those above, by walking."""
    team = user.team
    while team is not None:
        yield team.pk
        team = team.parent


def is_holder(user: User, word: str) -> bool:
    sort, number = grants.read_holder(word)
    mine = {"user": [user.pk], "role": [user.role_id], "team": list(teams_of(user))}
    return number in mine[sort]


def owned(user: User, lead: Lead, scope: str) -> bool:
    """Say whether a scope reaches a lead by its owner."""
    if scope == "all":
        return True
    if lead.owner_id is None or scope == "none":
        return False
    if lead.owner_id == user.pk:
        return True
    team = lead.owner.team
    if user.team_id is None or team is None or scope == "own":
        return False
    return user.team_id in teams_of(lead.owner) if scope == "team_and_below" else team.pk == user.team_id


GRANTS = st.lists(
    st.tuples(
        st.integers(0, 11),
        st.integers(0, 30),
        st.sampled_from(list(Level)),
        st.sampled_from([Source.SHARE, Source.ASSIGNEE]),
    ),
    max_size=16,
)
RULES = st.lists(
    st.tuples(
        st.sets(st.integers(0, 11), max_size=4),
        st.booleans(),
        st.integers(0, 10),
        st.sampled_from(list(Level)),
        st.booleans(),
    ),
    max_size=3,
)


def born(leads: Iterable[Lead]) -> dict[int, datetime]:
    return {lead.pk: lead.created_at for lead in leads}


def lay_down(world: World, drawn: Any, ruled: Any) -> tuple[list[Grant], dict[str, SharingRule]]:
    """Store the drawn grants and rules; return the grants and, by holder, the rules."""
    Grant.objects.all().delete()
    Holding.objects.all().delete()
    SharingRule.objects.all().delete()
    words, by_word = world.holders(), {}
    for number, holder, level, source in drawn:
        word = words[holder % len(words)]
        grants.give("lead", word, born([world.leads[number]]), level=level, source=source)
    teams, roles = list(Team.objects.order_by("pk")), list(Role.objects.order_by("pk"))
    for n, (numbers, to_team, whom, level, on) in enumerate(ruled):
        target = {"team": teams[whom % len(teams)]} if to_team else {"role": roles[whom % len(roles)]}
        rule = SharingRule(name=f"r{n}", object="lead", filter={}, level=level, is_active=on, **target)
        rule.save()
        word = grants.rule_holder(rule)
        by_word[word] = rule
        found = born(world.leads[number] for number in numbers)
        grants.give("lead", word, found, level=Level.EDIT, source=Source.RULE)
    return list(Grant.objects.all()), by_word


def expected(
    user: User, lead: Lead, action: str, scope: str, rows: list[Grant], rules: dict[str, SharingRule]
) -> bool:
    if scope == "none":
        return False
    if user.role.is_administrator or owned(user, lead, scope):
        return True
    least = Level.SEE if action == Action.SEE else Level.EDIT
    for row in rows:
        if row.record_id != lead.pk:
            continue
        if rule := rules.get(row.holder):
            word = grants.team_holder(rule.team_id) if rule.team_id else grants.role_holder(rule.role_id or 0)
            if rule.is_active and rule.level >= least and is_holder(user, word):
                return True
        elif row.level >= least and is_holder(user, row.holder):
            return True
    return False


def every_page(actor: Actor, sort: tuple[str, ...], limit: int) -> list[int]:
    found: list[int] = []
    after = None
    while True:
        page = page_records(actor, "lead", sort=sort, limit=limit, after=after, exact_count=True)
        found += [record.pk for record in page.items]
        assert page.count >= len(page.items)
        if page.next is None:
            return found
        after = page.next


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    drawn=GRANTS,
    ruled=RULES,
    scope=st.sampled_from(["none", "own", "team", "team_and_below"]),
    who=st.integers(0, 5),
    sort=st.sampled_from(SORTS),
    limit=st.integers(2, 5),
    few=st.sampled_from([(0, 0), (1, 1), (3, 2), (granted.FEW, granted.HANDED_ON)]),
    walked=st.sampled_from([4, granted.MOST_WALKED]),
)
def test_every_door_shows_owners_and_grants_together(
    world, drawn, ruled, scope, who, sort, limit, few, walked
):
    rows, rules = lay_down(world, drawn, ruled)
    RoleRight.objects.all().delete()
    RoleRight.objects.bulk_create(
        RoleRight(role=role, object=ANY_OBJECT, action=action, scope=scope)
        for role in Role.objects.filter(is_administrator=False)
        for action in (Action.SEE, Action.EDIT)
    )
    leads: list[Any] = list(Lead.unscoped.select_related("owner__team__parent"))
    user = User.objects.select_related("role", "team__parent").get(pk=world.people[who].pk)
    reach = "all" if user.role.is_administrator else scope
    with unit_of_work():
        for action in (Action.SEE, Action.EDIT):
            wanted = {d.pk for d in leads if expected(user, d, action, reach, rows, rules)}
            reached = reach_q(Actor(user), "lead", action=action)
            assert numbers(Lead.unscoped.filter(reached)) == wanted
            if reach != "all":  # Django drops an empty condition from a NOT; nobody asks for it
                assert numbers(Lead.unscoped.filter(~reached)) == {d.pk for d in leads} - wanted
        seen = {d.pk for d in leads if expected(user, d, Action.SEE, reach, rows, rules)}
        if reach == "none":
            with pytest.raises(Forbidden):
                find_records(Actor(user), "lead")
        else:
            with mock.patch.multiple(granted, FEW=few[0], HANDED_ON=few[1], MOST_WALKED=walked):
                check_doors(Actor(user), leads, seen, sort, limit)


def numbers(found: Any) -> set[int]:
    return set(found.values_list("pk", flat=True))


def check_doors(actor: Actor, leads: list[Lead], seen: set[int], sort: tuple[str, ...], limit: int) -> None:
    pages = every_page(actor, sort, limit)
    assert sorted(pages) == sorted(seen)
    assert pages == every_page(actor, sort, 500)
    in_order = find_records(actor, "lead").order_by(*ordering_of(sort_keys("lead", sort)))
    assert pages == list(in_order.values_list("pk", flat=True))
    assert numbers(find_records(actor, "lead")) == seen
    parts = [list(part.values_list("pk", flat=True)) for part in find_parts(actor, "lead")]
    assert sorted(pk for part in parts for pk in part) == sorted(seen)
    middle = sorted(lead.created_at for lead in leads)[len(leads) // 2]
    later = {"field": "created_at", "op": "after", "value": middle.isoformat()}
    for asked in ({"filter": later}, {"filter": {"none": [later]}}, {"asked_besides": later}):
        found = [pk for part in find_parts(actor, "lead", **asked) for pk in numbers(part)]
        wanted = asked.get("filter")
        if wanted is None:  # the caller narrows the parts herself
            found, wanted = [d.pk for d in leads if d.pk in found and d.created_at > middle], later
        assert sorted(found) == sorted(numbers(find_records(actor, "lead", wanted)))
    assert {r.pk for r in find_best(actor, "lead", "q", 50).records} == {
        d.pk for d in leads if d.pk in seen and d.last_name.startswith("q")
    }
    beside = [None, *pages, None]
    by_number = {lead.pk: lead for lead in leads}
    for at, number in enumerate(pages[:3], start=1):
        both = neighbors(actor, "lead", by_number[number], filter=None, sort=sort)
        assert both == (beside[at - 1], beside[at + 1])


def test_a_record_that_is_shared_and_assigned_takes_one_place_of_a_page(seller_north, seller_south):
    mine = [make_lead(seller_north, created_at=f"2026-01-0{day}").pk for day in range(1, 6)]
    others = [make_lead(seller_south, created_at=f"2026-02-0{day}") for day in range(1, 6)]
    for source in (Source.SHARE, Source.ASSIGNEE):
        holder = grants.user_holder(seller_north.pk)
        grants.give("lead", holder, born(others), level=Level.SEE, source=source)
    newest = [*mine, *(lead.pk for lead in others)][::-1]
    assert every_page(Actor(seller_north), ("-created_at",), 4) == newest


def test_who_holds_nothing_runs_the_same_statement(world):
    """Grants of others change nothing of the SQL of who has none."""
    user = User.objects.get(email="nora@example.com")
    before = str(find_records(Actor(user), "lead").query)
    other = grants.user_holder(User.objects.get(email="sam@example.com").pk)
    grants.give("lead", other, born(world.leads[:1]), level=Level.SEE, source=Source.SHARE)
    assert str(find_records(Actor(user), "lead").query) == before
    mine = grants.user_holder(user.pk)
    grants.give("customer", mine, born(world.leads[:1]), level=Level.SEE, source=Source.SHARE)
    assert str(find_records(Actor(user), "lead").query) == before


def test_a_grant_to_an_inactive_user_gives_nothing(world):
    user = User.objects.get(email="nora@example.com")
    grants.give(
        "lead", grants.user_holder(user.pk), born(world.leads[:1]), level=Level.EDIT, source=Source.SHARE
    )
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(Forbidden):
        find_records(Actor(User.objects.get(pk=user.pk)), "lead")
