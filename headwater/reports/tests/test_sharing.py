"""Sharing with users, teams and everybody."""

import pytest

from headwater.access.errors import Forbidden
from headwater.records.errors import Invalid
from headwater.reports import sharing
from headwater.reports.services import find_reports, folders, readers, save_report, share_report
from headwater.reports.sharing import Readers, Shared, read_readers
from headwater.users.actor import Actor
from headwater.users.models import Team

pytestmark = pytest.mark.django_db

DEFINITION = {"root": "lead", "measures": ["lead.count"], "rows": ["source"]}


@pytest.fixture
def report(company):
    return save_report(company.team_reader, name="Sources", definition=DEFINITION, folder="Weekly")


def opened(report, *people):
    return [report in find_reports(Actor(person)) for person in people]


def test_a_user_a_team_and_the_teams_below_it_are_reached(company, report, sales, administrator):
    owner = company.north[0]
    sam, zoe = company.south
    share_report(Actor(owner), report.pk, Readers(users=(sam.pk,)))
    assert opened(report, owner, company.north[1], sam, zoe) == [True, False, True, False]
    share_report(Actor(owner), report.pk, Readers(teams=(sam.team_id,)))
    assert opened(report, owner, company.north[1], sam, zoe) == [True, False, True, True]
    share_report(Actor(owner), report.pk, Readers(teams=(sales.pk,)))
    assert opened(report, company.north[1], sam, zoe, administrator) == [True, True, True, False]
    zoe.team = None
    zoe.save()
    assert opened(report, zoe) == [False]
    share_report(Actor(owner), report.pk, Readers())
    assert opened(report, owner, company.north[1], sam) == [True, False, False]


def test_a_team_above_or_beside_is_not_reached(company, report, sales, make_user):
    above = make_user("above", team=sales)
    share_report(company.team_reader, report.pk, Readers(teams=(company.north[0].team_id,)))
    assert opened(report, above, *company.south) == [False, False, False]


def test_sharing_replaces_what_was_shared_before(company, report):
    sam, zoe = company.south
    for wanted in (
        Readers(users=(sam.pk, zoe.pk)),
        Readers(everybody=True, teams=(sam.team_id,), users=(zoe.pk,)),
        Readers(everybody=True, teams=(sam.team_id,), users=(zoe.pk,)),
        Readers(),
    ):
        share_report(company.team_reader, report.pk, wanted)
        assert readers(report) == wanted


def test_only_who_may_change_a_report_shares_it(company, report):
    sam = company.south[0]
    share_report(company.team_reader, report.pk, Readers(users=(sam.pk,)))
    with pytest.raises(Forbidden):
        share_report(Actor(sam), report.pk, Readers(everybody=True))
    assert readers(report) == Readers(users=(sam.pk,))


def test_who_is_named_anew_is_told_once(company, report, monkeypatch):
    told: list[Shared] = []
    monkeypatch.setattr(sharing, "_notifiers", [told.append])
    owner, sam = company.north[0], company.south[0]
    share_report(Actor(owner), report.pk, Readers(everybody=True))
    share_report(Actor(owner), report.pk, Readers(users=(owner.pk, sam.pk)))
    share_report(Actor(owner), report.pk, Readers(users=(sam.pk,), teams=(owner.team_id,)))
    assert [[user.name for user in each.users] for each in told] == [["Sam"], ["nils"]]
    assert (told[0].kind, told[0].pk, told[0].name, told[0].by) == ("report", report.pk, "Sources", owner)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ([], "shared_with"),
        ({"everyone": True}, "shared_with"),
        ({"everybody": "yes"}, "shared_with.everybody"),
        ({"teams": 1}, "shared_with.teams"),
        ({"teams": [999]}, "shared_with.teams"),
        ({"teams": [10**30]}, "shared_with.teams"),
        ({"users": ["x"]}, "shared_with.users"),
        ({"users": [True]}, "shared_with.users"),
        ({"users": [None, {}]}, "shared_with.users"),
        ({"users": list(range(1, 300))}, "shared_with.users"),
    ],
)
def test_nonsense_is_named(company, data, field):
    with pytest.raises(Invalid) as caught:
        read_readers(data)
    assert [error.field for error in caught.value.errors] == [field]


def test_nobody_shares_with_a_leaver(company):
    with pytest.raises(Invalid):
        read_readers({"users": [company.north[2].pk]})


def test_folders_are_those_of_the_reports_one_may_open(company, report):
    save_report(company.team_reader, name="B", definition=DEFINITION, folder="Archive")
    save_report(Actor(company.south[0]), name="C", definition=DEFINITION, folder="Secret")
    save_report(company.team_reader, name="D", definition=DEFINITION)
    assert folders(company.team_reader) == ["Archive", "Weekly"]


def test_a_team_that_goes_takes_its_grants_along(company, report):
    team = Team.objects.create(name="Brief")
    share_report(company.team_reader, report.pk, Readers(teams=(team.pk,)))
    team.delete()
    assert readers(report) == Readers()
