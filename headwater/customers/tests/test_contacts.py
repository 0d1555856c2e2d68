"""People of records: roles, the primary one, and who may see and change them."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headwater.activities.timeline import timeline
from headwater.customers import services
from headwater.customers.models import ContactLink
from headwater.customers.seeds import seed
from headwater.history.asof import rebuild
from headwater.history.models import HistoryEntry
from headwater.lib.memo import unit_of_work
from headwater.records.bulk import RowWrite, write_records
from headwater.records.errors import Forbidden, Invalid, NotFound
from headwater.records.find import get_record
from headwater.records.write import delete_record, restore_record, update_record
from headwater.testing.factories import actor_of, make_address, make_contact, make_customer, make_lead

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _roles(administrator):
    seed(administrator)


def primary_of(actor, object_name, pk):
    return get_record(actor, object_name, pk).primary_contact_id


@pytest.mark.parametrize("make", [make_lead, make_customer], ids=["lead", "customer"])
def test_the_first_contact_is_primary_until_another_is_chosen(administrator, make):
    actor = actor_of(administrator)
    record = make(administrator)
    name = record._meta.model_name
    first = services.add_contact(actor, name, record.pk, {"first_name": "Ilze"}, role="director")
    second = services.add_contact(actor, name, record.pk, {"first_name": "Uldis"}, role="buyer")
    assert (first.is_primary, second.is_primary) == (True, False)
    assert primary_of(actor, name, record.pk) == first.contact_id
    services.make_contact_primary(actor, name, record.pk, second.pk)
    assert [link.contact.name for link in services.contacts_of(actor, name, record.pk)] == ["Uldis", "Ilze"]
    assert primary_of(actor, name, record.pk) == second.contact_id
    assert ContactLink.objects.filter(is_primary=True).count() == 1


def test_one_person_has_roles_at_many_companies(administrator):
    actor = actor_of(administrator)
    person = make_contact(administrator, first_name="Ilze")
    lead, customer = (
        make_lead(administrator, first_name="Acme", last_name=""),
        make_customer(administrator, name="Bolt"),
    )
    services.link_contact(actor, "lead", lead.pk, person, role="buyer")
    services.link_contact(actor, "customer", customer.pk, person, role="director", primary=True)
    services.link_contact(actor, "customer", customer.pk, person, role="lawyer")
    found = [(link.object, title, link.role_label) for link, title in services.roles_of(actor, person.pk)]
    assert sorted(found) == [
        ("customer", "Bolt", "Director"),
        ("customer", "Bolt", "Lawyer"),
        ("lead", "Acme", "Buyer"),
    ]


def test_the_same_role_twice_and_unknown_roles_are_refused(administrator):
    actor = actor_of(administrator)
    lead, person = make_lead(administrator), make_contact(administrator)
    services.link_contact(actor, "lead", lead.pk, person, role="buyer")
    with pytest.raises(Invalid) as twice:
        services.link_contact(actor, "lead", lead.pk, person, role="buyer")
    assert twice.value.errors[0].code == "duplicate"
    with pytest.raises(Invalid) as unknown:
        services.link_contact(actor, "lead", lead.pk, person, role="astronaut")
    assert (unknown.value.errors[0].field, unknown.value.errors[0].code) == ("role", "unknown_choice")
    assert ContactLink.objects.count() == 1


def test_a_role_ends_without_losing_its_past_and_can_begin_again(administrator):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    boss = services.add_contact(
        actor, "lead", lead.pk, {"first_name": "Ilze"}, role="director", since=date(2026, 1, 5)
    )
    other = services.add_contact(actor, "lead", lead.pk, {"first_name": "Uldis"})
    with pytest.raises(Invalid):
        services.end_role(actor, "lead", lead.pk, boss.pk, until=date(2025, 12, 31))
    with time_machine.travel(datetime(2026, 5, 4, 22, 30, tzinfo=UTC), tick=False):
        ended = services.end_role(actor, "lead", lead.pk, boss.pk)
    assert ended.until == date(2026, 5, 5)  # the day in Riga
    assert primary_of(actor, "lead", lead.pk) == other.contact_id
    assert [link.pk for link in services.contacts_of(actor, "lead", lead.pk)] == [other.pk, boss.pk]
    with pytest.raises(Invalid) as refused:
        services.make_contact_primary(actor, "lead", lead.pk, boss.pk)
    assert refused.value.errors[0].code == "ended"
    again = services.link_contact(actor, "lead", lead.pk, boss.contact_id, role="director", primary=True)
    assert (again.pk, again.until, again.since, again.is_primary) == (boss.pk, None, date(2026, 1, 5), True)


def test_unlinking_the_primary_contact_lets_the_next_one_move_up(administrator):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    first = services.add_contact(actor, "lead", lead.pk, {"first_name": "Ilze"})
    second = services.add_contact(actor, "lead", lead.pk, {"first_name": "Uldis"})
    services.unlink_contact(actor, "lead", lead.pk, first.pk)
    assert primary_of(actor, "lead", lead.pk) == second.contact_id
    services.unlink_contact(actor, "lead", lead.pk, second.pk)
    assert primary_of(actor, "lead", lead.pk) is None
    assert get_record(actor, "contact", first.contact_id).name == "Ilze"


def test_a_deleted_contact_is_nobodys_primary_and_comes_back_when_restored(administrator):
    actor = actor_of(administrator)
    lead, customer = make_lead(administrator), make_customer(administrator)
    first = services.add_contact(actor, "lead", lead.pk, {"first_name": "Ilze"})
    second = services.add_contact(actor, "lead", lead.pk, {"first_name": "Uldis"})
    services.link_contact(actor, "customer", customer.pk, first.contact_id)
    delete_record(actor, "contact", first.contact_id)
    assert primary_of(actor, "lead", lead.pk) == second.contact_id
    assert primary_of(actor, "customer", customer.pk) is None
    assert [link.pk for link in services.contacts_of(actor, "lead", lead.pk)] == [second.pk]
    restore_record(actor, "contact", first.contact_id)
    assert primary_of(actor, "lead", lead.pk) == second.contact_id
    assert primary_of(actor, "customer", customer.pk) == first.contact_id


def test_each_change_of_a_link_is_one_entry_from_which_the_links_can_be_rebuilt(administrator):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    link = services.add_contact(actor, "lead", lead.pk, {"first_name": "Ilze"}, role="buyer")
    services.change_role(actor, "lead", lead.pk, link.pk, role="director")
    services.unlink_contact(actor, "lead", lead.pk, link.pk)
    entries = list(HistoryEntry.objects.filter(object="lead", record_id=lead.pk).order_by("id"))
    assert [e.verb for e in entries] == [
        "created",
        "contact_linked",
        "contact_role_changed",
        "contact_unlinked",
    ]
    key = f"contact:{link.pk}"
    known = rebuild("lead", lead.pk, entries[2].recorded_at)
    assert known is not None
    assert known[key] == {
        "contact": link.contact_id,
        "role": "director",
        "preferred_channel": "",
        "primary": True,
        "since": None,
        "until": None,
    }
    assert known["primary_contact"] == link.contact_id
    assert (entries[3].changes[key][1], entries[3].changes["primary_contact"]) == (
        None,
        [link.contact_id, None],
    )


def test_what_a_person_is_here_changes_together(administrator):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    first, second = (
        services.add_contact(actor, "lead", lead.pk, {"first_name": name}, preferred_channel=channel)
        for name, channel in (("Ilze", "whatsapp"), ("Uldis", ""))
    )
    link = services.change_role(
        actor, "lead", lead.pk, first.pk, role="director", preferred_channel="line", until="2026-03-01"
    )
    assert (link.role, link.preferred_channel, link.until) == ("director", "line", date(2026, 3, 1))
    assert primary_of(actor, "lead", lead.pk) == second.contact_id
    said = timeline(actor, "lead", lead.pk).items[0].sentence
    assert said == "ended the role of the contact Ilze (Director, prefers LINE, until 1 Mar 2026)"
    again = services.change_role(actor, "lead", lead.pk, first.pk, until="", primary=True)
    assert (again.until, again.is_primary) == (None, True)
    with pytest.raises(Invalid) as refused:
        services.change_role(
            actor, "lead", lead.pk, first.pk, role="king", preferred_channel="pigeon", since="soon"
        )
    found = [(error.field, error.code) for error in refused.value.errors]
    assert found == [
        ("role", "unknown_choice"),
        ("preferred_channel", "unknown_choice"),
        ("since", "not_date"),
    ]
    services.link_contact(actor, "lead", lead.pk, second.contact_id, role="director")
    with pytest.raises(Invalid) as twice:
        services.change_role(actor, "lead", lead.pk, second.pk, role="director")
    assert (twice.value.errors[0].field, twice.value.errors[0].code) == ("role", "duplicate")


def test_linking_does_not_disturb_somebody_who_edits_the_record(administrator):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    services.add_contact(actor, "lead", lead.pk, {"first_name": "Ilze"})
    open_form = get_record(actor, "lead", lead.pk).version
    services.add_contact(actor, "lead", lead.pk, {"first_name": "Uldis"})
    assert (
        update_record(actor, "lead", lead.pk, {"job_title": "Buyer"}, version=open_form).job_title == "Buyer"
    )


def test_only_contacts_that_one_may_see_are_shown(administrator, seller_north, seller_south):
    actor = actor_of(seller_north)
    lead = make_lead(seller_north)
    mine = services.add_contact(actor, "lead", lead.pk, {"first_name": "Ilze"})
    theirs = make_contact(seller_south, first_name="Secret")
    hidden = services.link_contact(actor_of(administrator), "lead", lead.pk, theirs)
    assert [link.pk for link in services.contacts_of(actor, "lead", lead.pk)] == [mine.pk]
    with pytest.raises(NotFound):
        services.unlink_contact(actor, "lead", lead.pk, hidden.pk)
    with pytest.raises(NotFound):
        services.link_contact(actor, "lead", lead.pk, theirs.pk, role="buyer")
    assert services.roles_of(actor_of(seller_south), theirs.pk) == []


def test_links_change_only_by_those_who_may_change_the_record(
    administrator, seller_north, make_user, north, stranger
):
    lead = make_lead(seller_north)
    link = services.add_contact(actor_of(seller_north), "lead", lead.pk, {"first_name": "Ilze"})
    colleague, outsider = actor_of(make_user("ned", team=north)), actor_of(stranger)
    assert [found.pk for found in services.contacts_of(colleague, "lead", lead.pk)] == [link.pk]
    for actor, error in ((colleague, Forbidden), (outsider, NotFound)):
        for attempt in (
            lambda who: services.add_contact(who, "lead", lead.pk, {"first_name": "X"}),
            lambda who: services.link_contact(who, "lead", lead.pk, link.contact_id, role="buyer"),
            lambda who: services.end_role(who, "lead", lead.pk, link.pk),
            lambda who: services.change_role(who, "lead", lead.pk, link.pk, role="buyer"),
            lambda who: services.make_contact_primary(who, "lead", lead.pk, link.pk),
            lambda who: services.unlink_contact(who, "lead", lead.pk, link.pk),
            lambda who: services.add_address(who, "lead", lead.pk, {"line1": "X"}),
        ):
            with pytest.raises(error):
                attempt(actor)
    with pytest.raises(NotFound):
        services.contacts_of(outsider, "lead", lead.pk)
    assert ContactLink.objects.count() == 1


def test_the_link_of_another_record_cannot_be_changed_through_ones_own(seller_north, seller_south):
    mine, theirs = make_lead(seller_north), make_lead(seller_south)
    link = services.add_contact(actor_of(seller_south), "lead", theirs.pk, {"first_name": "Ilze"})
    with pytest.raises(NotFound):
        services.unlink_contact(actor_of(seller_north), "lead", mine.pk, link.pk)
    for nonsense in ("abc", "9" * 40, None, -1):
        with pytest.raises(NotFound):
            services.end_role(actor_of(seller_north), "lead", mine.pk, nonsense)


def test_contacts_and_addresses_have_no_people_of_their_own(administrator):
    actor = actor_of(administrator)
    person = make_contact(administrator)
    for object_name, pk in (("contact", person.pk), ("address", make_address(administrator).pk)):
        with pytest.raises(Invalid) as refused:
            services.link_contact(actor, object_name, pk, make_contact(administrator))
        assert refused.value.errors[0].code == "not_linkable"


def test_a_refused_contact_leaves_no_link(administrator):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    with pytest.raises(Invalid):
        services.add_contact(actor, "lead", lead.pk, {"first_name": "Ilze"}, role="astronaut")
    assert not HistoryEntry.objects.filter(object="contact").exists()


def test_deleting_many_contacts_settles_their_companies_in_a_bounded_number_of_statements(administrator):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    rows = [RowWrite({"first_name": f"Person {n}"}) for n in range(20)]
    people = [result.record_id for result in write_records(actor, "contact", rows)]
    for pk in people:
        services.link_contact(actor, "lead", lead.pk, pk)
    with unit_of_work(), CaptureQueriesContext(connection) as captured:
        delete_record(actor, "contact", people[0])
    assert len(captured) < 30
    assert primary_of(actor, "lead", lead.pk) == people[1]


def test_addresses_are_shared_and_seen_with_their_records(administrator, seller_north, seller_south):
    actor = actor_of(seller_north)
    lead, other = make_lead(seller_north), make_lead(seller_south)
    first = services.add_address(
        actor, "lead", lead.pk, {"line1": "Brīvības iela 1", "city": "Rīga", "kind": "office"}
    )
    second = services.add_address(actor, "lead", lead.pk, {"line1": "Ostas iela 2"}, primary=True)
    assert [link.pk for link in services.addresses_of(actor, "lead", lead.pk)] == [second.pk, first.pk]
    services.make_address_primary(actor, "lead", lead.pk, first.pk)
    assert services.addresses_of(actor, "lead", lead.pk)[0].address.name == "Brīvības iela 1, Rīga"
    with pytest.raises(NotFound):
        services.link_address(actor_of(seller_south), "lead", other.pk, first.address_id)
    services.link_address(actor_of(administrator), "lead", other.pk, first.address_id)
    assert get_record(actor_of(seller_south), "address", first.address_id).city == "Rīga"
    with pytest.raises(Invalid):
        services.link_address(actor_of(administrator), "lead", other.pk, first.address_id)
    services.unlink_address(
        actor_of(seller_south),
        "lead",
        other.pk,
        services.addresses_of(actor_of(seller_south), "lead", other.pk)[0].pk,
    )
    with pytest.raises(NotFound):
        get_record(actor_of(seller_south), "address", first.address_id)
    assert len(services.addresses_of(actor, "lead", lead.pk)) == 2


def test_a_deleted_address_is_not_listed_and_another_becomes_primary(administrator):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    first = services.add_address(actor, "lead", lead.pk, {"line1": "One"})
    second = services.add_address(actor, "lead", lead.pk, {"line1": "Two"})
    delete_record(actor, "address", first.address_id)
    (left,) = services.addresses_of(actor, "lead", lead.pk)
    assert (left.pk, left.is_primary) == (second.pk, True)
