"""The demonstration: a believable past through the doors, gone with one call."""

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from headwater.activities.models import Comment
from headwater.activities.timeline import timeline
from headwater.config.demo import services
from headwater.config.demo.people import email
from headwater.customers.models import ContactLink
from headwater.history.asof import rebuild
from headwater.history.models import HistoryEntry
from headwater.lib import clock
from headwater.metadata import registry
from headwater.pipeline.models import Lead
from headwater.records.errors import Forbidden
from headwater.records.find import find_records
from headwater.records.saved.services import find_views
from headwater.records.values import snapshot
from headwater.reports.dashboards import find_dashboards, get_dashboard
from headwater.reports.run import run
from headwater.reports.services import find_reports
from headwater.testing.factories import actor_of, make_lead
from headwater.users.actor import SYSTEM
from headwater.users.models import User
from headwater.users.services import create_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> str:
    """The password of a small demonstration that was just loaded."""
    return services.claim_with_demo(leads=120)[1]


def living(name: str) -> list:
    return list(find_records(SYSTEM, name).order_by("pk"))


def test_a_year_of_leads_with_all_that_happens_to_them(told):
    leads = living("lead")
    assert len(leads) == 120
    statuses = {lead.status for lead in leads}
    assert {"open", "replied", "interested", "opportunity", "converted"} <= statuses
    assert len({lead.owner_id for lead in leads}) == 9
    assert len({(lead.created_at.year, lead.created_at.month) for lead in leads}) >= 12
    assert {o.status for o in living("opportunity")} == {"open", "lost", "converted"}
    assert living("customer")
    assert Comment.objects.exists()
    assert {"director", "buyer"} <= set(ContactLink.objects.values_list("role", flat=True))
    scripts = "".join(lead.name for lead in leads)
    assert re.search("[ก-๙]", scripts)
    assert re.search("[ក-៹]", scripts)
    assert re.search("[āčēģīķļņšūž]", scripts)


def test_nothing_happened_in_the_future_and_every_record_knows_its_past(told):
    now = clock.now()
    assert not HistoryEntry.objects.filter(recorded_at__gt=now).exists()
    for entry in registry.objects():
        for record in living(entry.name):
            entries = HistoryEntry.objects.filter(object=entry.name, record_id=record.pk).order_by("pk")
            instants = [each.recorded_at for each in entries]
            assert instants == sorted(instants)
            known = rebuild(entry.name, record.pk, now)
            assert known is not None
            stored = snapshot(entry, record)
            assert {k: known.get(k) for k, v in stored.items() if v not in (None, "", [])} == {
                k: v for k, v in stored.items() if v not in (None, "", [])
            }


def test_leads_were_worked_by_their_owners_over_time(told):
    entries = HistoryEntry.objects.filter(object="lead").select_related("actor")
    owners = {lead.pk: lead.owner_id for lead in living("lead")}
    strangers = [e for e in entries if e.actor_id != owners[e.record_id] and e.verb != "comment_added"]
    assert strangers == []
    lead = next(lead for lead in living("lead") if lead.status == "converted")
    assert isinstance(lead, Lead)
    assert lead.converted_at is not None
    assert lead.converted_at - lead.created_at > timedelta(hours=1)
    assert lead.customer_at is not None
    assert lead.customer_at > lead.converted_at
    said = [item.sentence for item in timeline(SYSTEM, "lead", lead.pk).items]
    assert said[-1] == "created this record"
    assert any(sentence.startswith("made the customer") for sentence in said)


def test_people_sign_in_with_the_password_that_is_told_once(told):
    assert len(told) >= 12
    for short in ("anna", "martins", "liga"):
        user = User.objects.get(email=email(short))
        assert user.check_password(told)
    assert User.objects.get(email=email("martins")).role.key == "manager"


def test_everybody_opens_the_dashboard_and_its_reports_have_figures(told):
    seller = actor_of(User.objects.get(email=email("edgars")))
    (dashboard,) = find_dashboards(seller)
    reports = [tile.report for tile in get_dashboard(seller, dashboard.pk).tiles.all()]
    assert len(reports) == 5
    assert all(run(seller, report.definition).rows for report in reports)
    assert {view.name for view in find_views(seller, "lead")} == {"Not answered yet", "Board"}


def test_removing_takes_everything_of_it_and_nothing_else(told):
    owner = User.objects.get(email=email("anna"))
    mine = make_lead(owner, first_name="Mine")
    with pytest.raises(Forbidden):
        services.remove_demo(actor_of(User.objects.get(email=email("liga"))))
    assert services.has_demo()
    removed = services.remove_demo(actor_of(owner))
    assert removed > 200
    assert not services.has_demo()
    assert living("lead") == [mine]
    assert all(living(name) == [] for name in ("contact", "customer", "opportunity", "address"))
    assert list(User.objects.filter(is_active=True)) == [owner]
    assert not find_dashboards(SYSTEM).exists()
    assert not find_reports(SYSTEM).exists()
    assert not find_views(SYSTEM).exists()
    with pytest.raises(services.DemoLoaded):
        services.load_demo()


def test_loaded_into_somebody_s_installation_its_people_cannot_sign_in(client):
    owner = create_owner(
        email="owner@example.com", name="Owner", password="correct-horse-battery", organization={}
    )
    services.load_demo(leads=5)
    assert len(living("lead")) == 5
    assert not any(user.has_usable_password() for user in User.objects.exclude(pk=owner.pk))
    assert User.objects.get(pk=owner.pk).check_password("correct-horse-battery")


def test_the_command_prints_the_accounts_and_refuses_a_claimed_installation(capsys, db):
    call_command("load_demo", "--leads", "3")
    said = capsys.readouterr().out
    password = re.search(r"with the password (\S+) as", said)
    assert password is not None
    assert "anna@demo.example  (Anna Liepa, administrator)" in said
    assert User.objects.get(email=email("anna")).check_password(password[1])
    with pytest.raises(CommandError):
        call_command("load_demo")
