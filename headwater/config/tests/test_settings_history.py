"""Every change of a setting becomes history, whichever code makes it."""

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from headwater.access.models import RoleRight
from headwater.history.models import HistoryEntry
from headwater.records.models import Record
from headwater.users.acting import acting
from headwater.users.actor import SYSTEM, Actor
from headwater.users.models import ApiToken, Audited, ExchangeRate, Organization, Role, Team, User
from headwater.users.models.audited import HIDDEN, MOST_AT_ONCE

NO_SETTINGS = {
    "Comment": "has entries of its own",
    "Event": "has entries of its own",
    "ContactLink": "has entries of its own, at the record",
    "AddressLink": "has entries of its own, at the record",
    "LeadEvidence": "has entries of its own, at the record",
    "HistoryEntry": "is history",
    "Seal": "is history",
    "Verification": "what a check found",
    "Disclosure": "who saw what",
    "FailedSignIn": "a log of what did not happen",
    "Redaction": "allows erasure to change the two above",
    "Erasure": "an action, not a setting",
    "FieldSlot": "what the setting “indexed” of a field is kept in",
    "UniqueField": "how far the setting “unique” of a field is",
    "UniqueValue": "values of records",
    "StoredFile": "values of records",
    "Job": "background work",
    "ScheduleSlot": "background work",
    "WorkerBeat": "background work",
    "StoredAnswer": "an answer given twice",
    "RequestCount": "a counter",
    "CacheEntry": "a cache",
    "ChangeSet": "what an action wrote, read with its entries",
    "ImportRun": "an action, not a setting",
    "FailedRow": "a result",
    "OutgoingMail": "mail, kept as such",
    "Grant": "made from shares and sharing rules, which have entries of their own",
    "RuleWalk": "how far a sharing rule is with asking all records",
    "Holding": "derived from grants",
    "Follow": "what one person wishes to hear of",
    "Notice": "what one person was told",
    "SharedStamp": "a sign that settings changed",
    "SearchRow": "derived from records",
    "ListPreference": "what one person sees of her own lists",
    "LimitNotice": "of what administrators have been told",
    "DashboardFilter": "what one person lays over a dashboard for herself",
}


def ours():
    return [m for m in apps.get_models() if m.__module__.startswith("headwater.")]


def test_every_table_is_records_or_settings_or_says_why_not():
    told = {m.__name__ for m in ours() if issubclass(m, (Record, Audited))}
    others = {m.__name__ for m in ours()} - told
    assert others == NO_SETTINGS.keys(), "settings inherit users.models.Audited; name what is none of them"


def test_every_setting_has_a_name_and_field_names_people_can_read():
    assert all(str(m.audit_label) for m in ours() if issubclass(m, Audited))


def entries(name, **more):
    found = HistoryEntry.objects.filter(object=name, **more).order_by("pk")
    return [(e.verb, e.changes) for e in found]


def test_making_changing_and_deleting_say_from_and_to(north, administrator):
    with acting(lambda: Actor(administrator, "api"), "203.0.113.9"):
        team = Team.objects.create(name="West", parent=north)
        team.name = "Far West"
        team.save()
        team.save()
        team.delete()
    found = list(HistoryEntry.objects.filter(object="team", actor=administrator).order_by("pk"))
    assert [(e.verb, e.changes) for e in found] == [
        ("created", {"name": [None, "West"], "parent": [None, north.pk]}),
        ("updated", {"name": ["West", "Far West"]}),
        ("deleted", {"name": ["Far West", None], "parent": [north.pk, None]}),
    ]
    assert {(e.door, e.address) for e in found} == {("api", "203.0.113.9")}


def test_writing_past_the_instances_is_told_too(organization, seller_north, seller_south, no_rights):
    User.objects.filter(pk__in=[seller_north.pk, seller_south.pk]).update(is_active=False)
    for person in (seller_north, seller_south):
        assert entries("user", record_id=person.pk)[-1] == ("updated", {"is_active": [True, False]})
    RoleRight.objects.bulk_create([RoleRight(role=no_rights, action="see", scope="own")])
    right = RoleRight.objects.get(role=no_rights)
    assert entries("role_right", record_id=right.pk)[0][1]["scope"] == [None, "own"]
    RoleRight.objects.filter(role=no_rights).delete()
    assert entries("role_right", record_id=right.pk)[-1][0] == "deleted"


def test_secrets_are_never_written_out(administrator, token_of):
    token_of(administrator)
    token = ApiToken.objects.get(user=administrator)
    (made,) = entries("api_token", record_id=token.pk)
    assert made[1]["hash"] == [None, HIDDEN]
    assert token.hash not in str(list(HistoryEntry.objects.values_list("changes", flat=True)))
    administrator.set_password("another-horse-battery")
    administrator.save()
    assert entries("user", record_id=administrator.pk)[-1][1] == {"password": [HIDDEN, HIDDEN]}


def test_what_is_no_news_is_not_told(administrator, client_of, token_of, api_of):
    before = HistoryEntry.objects.count()
    client_of(administrator).get("/")
    assert HistoryEntry.objects.count() == before
    program = api_of(administrator)
    before = HistoryEntry.objects.count()
    assert program.get("leads").status_code == 200
    assert ApiToken.objects.get(user=administrator).last_used_at
    assert HistoryEntry.objects.count() == before


def test_a_file_of_rates_is_one_entry(organization):
    many = range(MOST_AT_ONCE + 1)
    ExchangeRate.objects.bulk_create(
        [ExchangeRate(currency="USD", against="EUR", day=day, rate=1) for day in many]
    )
    assert entries("exchange_rate") == [("created", {"count": [None, len(many)]})]


def test_a_change_that_fails_leaves_no_entry(organization):
    before = HistoryEntry.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        Team.objects.bulk_create([Team(name="Sales"), Team(name="Sales")])
    assert HistoryEntry.objects.count() == before


def test_settings_pages_name_the_person_and_her_address(administrator, client_of, sales):
    role = Role.objects.get(key="salesperson")
    client = client_of(administrator)
    made = {"name": "Ilze", "email": "ilze@example.com", "role": role.pk, "team": sales.pk}
    client.post("/settings/users/new/", made | {"password": "correct-horse-battery", "is_active": "true"})
    ilze = User.objects.get(email="ilze@example.com")
    made["role"] = Role.objects.get(key="manager").pk
    client.post(f"/settings/users/{ilze.pk}/", made | {"is_active": "true"}, REMOTE_ADDR="198.51.100.7")
    entry = HistoryEntry.objects.filter(object="user", record_id=ilze.pk).latest("pk")
    assert entry.changes == {"role": [role.pk, made["role"]]}
    assert (entry.actor, entry.door, entry.address) == (administrator, "ui", "198.51.100.7")


def test_programs_are_told_by_the_owner_of_their_token(administrator, api_of):
    rate = {"currency": "USD", "day": "2026-01-05", "rate": 1.1}
    assert api_of(administrator).post("exchange-rates", rate).status_code in (200, 201)
    entry = HistoryEntry.objects.filter(object="exchange_rate").latest("pk")
    assert (entry.actor, entry.door) == (administrator, "api")


def test_background_work_is_the_system(organization):
    Organization.objects.filter(pk=1).update(currency="THB")
    entry = HistoryEntry.objects.filter(object="organization").latest("pk")
    assert (entry.actor, entry.door, entry.address) == (None, SYSTEM.door, "")
    assert entry.changes == {"currency": ["EUR", "THB"]}
