"""Who is told of what: always others, only what they see, in the way they wish."""

from datetime import timedelta

import pytest
import time_machine

from headwater.access.models import RoleRight
from headwater.activities import services
from headwater.activities.following import follow
from headwater.activities.models import Notice
from headwater.activities.notices.preferences import set_preferences
from headwater.activities.notices.reading import mark_read, read_notices, unread_count
from headwater.jobs.services import run_until_idle
from headwater.lib import clock
from headwater.records.sharing import share_record, unshare_record
from headwater.records.write import delete_record, update_record
from headwater.testing.factories import actor_of, make_lead, make_opportunity
from headwater.transfer import bulk
from headwater.users.models import OutgoingMail
from headwater.users.notices import notify_shared

pytestmark = pytest.mark.django_db


def told(user):
    """What somebody reads: (kind, who, text)."""
    items = read_notices(actor_of(user)).items
    return [(i.notice.kind, i.who.name if i.who else "", i.text) for i in items]


def kinds(user):
    return [kind for kind, _who, _text in told(user)]


def test_an_owner_is_told_what_others_do_and_never_of_her_own(manager, seller_north):
    lead = make_lead(seller_north)
    update_record(actor_of(seller_north), "lead", lead.pk, {"status": "interested"})
    services.add_comment(actor_of(seller_north), "lead", lead.pk, "Mine")
    assert told(seller_north) == []
    update_record(actor_of(manager), "lead", lead.pk, {"status": "lost_quotation", "priority": "high"})
    ((kind, who, text),) = told(seller_north)
    assert (kind, who) == ("changed", "Manager")
    assert "Status" in text
    update_record(actor_of(manager), "lead", lead.pk, {"priority": "low"})
    assert len(told(seller_north)) == 1
    assert read_notices(actor_of(seller_north)).items[0].title == str(lead)


def test_who_gets_a_record_is_told_once(manager, seller_north, make_user, north):
    ned = make_user("ned", team=north)
    lead = make_lead(manager, owner=seller_north.pk)
    assert told(seller_north) == [("assigned", "Manager", "made you the owner")]
    follow(actor_of(ned), "lead", lead.pk)
    update_record(actor_of(manager), "lead", lead.pk, {"owner": ned.pk})
    assert kinds(ned) == ["assigned"]
    assert kinds(manager) == []


def test_changes_of_one_minute_are_one_notice(manager, seller_north):
    lead = make_lead(seller_north)
    with time_machine.travel(clock.now(), tick=False) as now:
        for status in ("interested", "replied"):
            update_record(actor_of(manager), "lead", lead.pk, {"status": status})
        services.add_comment(actor_of(manager), "lead", lead.pk, "Look")
        (item,) = read_notices(actor_of(seller_north)).items
        assert (len(item.notice.entries), item.excerpt) == (3, "Look")
        now.shift(timedelta(seconds=61))
        update_record(actor_of(manager), "lead", lead.pk, {"status": "open"})
    assert len(told(seller_north)) == 2


def test_who_does_not_see_it_any_more_reads_nothing(manager, seller_north, make_user, north, south):
    ned = make_user("ned", team=north)
    lead, other = make_lead(manager), make_lead(manager)
    for each in (lead, other):
        follow(actor_of(ned), "lead", each.pk)
        update_record(actor_of(manager), "lead", each.pk, {"status": "interested"})
    assert (len(told(ned)), unread_count(actor_of(ned))) == (2, 2)
    delete_record(actor_of(manager), "lead", other.pk)
    assert unread_count(actor_of(ned)) == 1
    RoleRight.objects.filter(role=ned.role, action="see").update(scope="own")
    assert (told(ned), unread_count(actor_of(ned))) == ([], 0)


def test_a_hidden_field_is_not_told(manager, seller_north):
    from headwater.access.fields import reading_as
    from headwater.access.models import RoleFieldRight

    lead = make_lead(seller_north)
    update_record(actor_of(manager), "lead", lead.pk, {"status": "interested", "job_title": "Spy"})
    RoleFieldRight.objects.create(role=seller_north.role, object="lead", field="job_title", access="hidden")
    with reading_as(actor_of(seller_north)):
        ((_kind, _who, text),) = told(seller_north)
    assert "Spy" not in text
    assert "Status" in text


def test_nothing_is_written_for_a_kind_that_is_switched_off(manager, seller_north):
    her = actor_of(seller_north)
    set_preferences(her, ways={"assigned": {"in_app": False, "mail": "never"}})
    make_lead(manager, owner=seller_north.pk)
    assert not Notice.objects.exists()
    set_preferences(her, ways={"assigned": {"in_app": False, "mail": "now"}})
    make_lead(manager, owner=seller_north.pk)
    assert told(seller_north) == []
    run_until_idle()
    assert OutgoingMail.objects.get().user == seller_north


def test_reading_is_her_own(manager, seller_north):
    make_lead(manager, owner=seller_north.pk)
    make_lead(manager, owner=seller_north.pk)
    first, second = (item.notice.pk for item in read_notices(actor_of(seller_north)).items)
    assert mark_read(actor_of(manager), [first]) == 0
    assert mark_read(actor_of(seller_north), [first]) == 1
    assert [i.notice.pk for i in read_notices(actor_of(seller_north), unread=True).items] == [second]
    assert mark_read(actor_of(seller_north)) == 1
    assert unread_count(actor_of(seller_north)) == 0


def test_a_page_goes_on_where_the_last_ended(manager, seller_north):
    for _n in range(5):
        make_lead(manager, owner=seller_north.pk)
    first = read_notices(actor_of(seller_north), limit=3)
    rest = read_notices(actor_of(seller_north), limit=3, after=first.next)
    assert (len(first.items), len(rest.items), rest.next) == (3, 2, None)


def test_a_change_of_many_records_is_one_notice_for_each_person(administrator, seller_north, seller_south):
    leads = [make_lead(seller_north) for _n in range(3)] + [make_lead(seller_south)]
    actor = actor_of(administrator)
    make_lead(administrator)
    bulk.change_many(actor, "lead", {"status": "interested"}, ids=[lead.pk for lead in leads])
    assert not Notice.objects.exists()
    run_until_idle()
    assert told(seller_north) == [("changed", "Administrator", "changed 3 records that you follow")]
    assert told(seller_south) == [("changed", "Administrator", "changed 1 record that you follow")]
    bulk.change_many(actor, "lead", {"owner": seller_south.pk}, ids=[lead.pk for lead in leads[1:3]])
    run_until_idle()
    assert told(seller_south)[0] == ("assigned", "Administrator", "made you the owner of 2 records")
    assert kinds(seller_north) == ["changed"]  # as before: the two are gone from her sight
    assert kinds(administrator) == []


def test_a_share_is_told_once_a_day_and_goes_out_by_mail(manager, seller_north):
    for _n in range(2):
        notify_shared(actor_of(manager), [seller_north, manager], "Leads", "/leads/?view=1")
    run_until_idle()
    assert told(seller_north) == [("shared", "Manager", "shared “Leads” with you")]
    mail = OutgoingMail.objects.get()
    assert (mail.user, mail.subject) == (seller_north, "Manager shared “Leads” with you")


def test_mail_says_only_what_is_seen_and_unread_when_it_is_written(manager, make_user, north):
    ned = make_user("ned", team=north)
    set_preferences(actor_of(ned), ways={"changed": {"mail": "daily"}})
    lead, gone = make_lead(manager), make_lead(manager)
    read = make_lead(manager)
    for each in (lead, gone, read):
        follow(actor_of(ned), "lead", each.pk)
        update_record(actor_of(manager), "lead", each.pk, {"status": "interested"})
    delete_record(actor_of(manager), "lead", gone.pk)
    mark_read(actor_of(ned), [Notice.objects.get(record_id=read.pk).pk])
    from headwater.activities.jobs import mail_digests

    for _again in range(2):
        mail_digests.enqueue()
        run_until_idle()
    (mail,) = OutgoingMail.objects.all()
    assert str(lead) in mail.subject
    assert str(gone) not in mail.subject


def test_a_person_who_is_switched_off_hears_nothing(manager, seller_north):
    lead = make_lead(seller_north)
    seller_north.is_active = False
    seller_north.save()
    update_record(actor_of(manager), "lead", lead.pk, {"status": "interested"})
    assert not Notice.objects.exists()


def test_a_stage_is_news_too(manager, seller_north):
    from headwater.testing.factories import make_stage

    first, second = make_stage("A"), make_stage("B")
    deal = make_opportunity(seller_north, stage=first.pk)
    update_record(actor_of(manager), "opportunity", deal.pk, {"stage": second.pk})
    assert "changed" in kinds(seller_north)


def test_old_notices_are_forgotten(manager, seller_north):
    from headwater.activities.jobs import forget_notices

    make_lead(manager, owner=seller_north.pk)
    with time_machine.travel(clock.now() + timedelta(days=91)):
        make_lead(manager, owner=seller_north.pk)
        forget_notices.enqueue()
        run_until_idle()
    assert len(told(seller_north)) == 1


def test_a_shared_record_is_told_as_long_as_it_is_shared(manager, seller_south, south):
    lead = make_lead(manager, last_name="Alder")
    share = {"sort": "team", "number": south.pk}
    share_record(actor_of(manager), "lead", lead.pk, **share, level="see")
    (item,) = read_notices(actor_of(seller_south)).items
    assert (item.notice.kind, item.title, item.text) == (
        "shared",
        "Lead Alder",
        "shared this record with you",
    )
    share_record(actor_of(manager), "lead", lead.pk, **share, level="edit")
    assert kinds(seller_south) == ["shared"]
    unshare_record(actor_of(manager), "lead", lead.pk, **share)
    assert told(seller_south) == []
    run_until_idle()
    assert not OutgoingMail.objects.exists()
    other = make_lead(manager, last_name="Birch")
    share_record(actor_of(manager), "lead", other.pk, sort="user", number=seller_south.pk, level="see")
    run_until_idle()
    assert OutgoingMail.objects.get().subject == "Manager shared “Lead Birch” with you"


def test_who_is_assigned_is_told_and_hears_what_happens(
    manager, seller_north, seller_south, make_user, north
):
    ned = make_user("ned", team=north)
    lead = make_lead(manager, last_name="Alder", assignees=[seller_north.pk, manager.pk])
    assert told(seller_north) == [("assigned", "Manager", "assigned you to this record")]
    assert told(manager) == []
    run_until_idle()
    assert OutgoingMail.objects.get().subject == "Manager assigned you: Lead Alder"
    update_record(actor_of(manager), "lead", lead.pk, {"assignees": [seller_north.pk, seller_south.pk]})
    assert kinds(seller_south) == ["assigned"]
    assert "Assignees" in told(seller_north)[0][2]
    update_record(actor_of(seller_south), "lead", lead.pk, {"status": "interested"})
    services.add_comment(actor_of(seller_north), "lead", lead.pk, "Look")
    assert kinds(seller_south) == ["changed", "assigned"]
    set_preferences(actor_of(seller_south), follows_own=False)
    update_record(actor_of(manager), "lead", lead.pk, {"status": "replied"})
    assert kinds(seller_south) == ["changed", "assigned"]
    # Both at once: who becomes the owner is told that, once.
    update_record(actor_of(manager), "lead", lead.pk, {"owner": ned.pk, "assignees": [ned.pk]})
    assert told(ned) == [("assigned", "Manager", "made you the owner")]
    assert told(seller_south) == []  # out of his sight


def test_many_records_are_assigned_with_one_notice(administrator, seller_north, seller_south, client_of):
    leads = [make_lead(administrator).pk for _n in range(3)]
    actor = actor_of(administrator)
    bulk.change_many(actor, "lead", {"assignees": {"add": [seller_north.pk, administrator.pk]}}, ids=leads)
    run_until_idle()
    assert told(seller_north) == [("assigned", "Administrator", "assigned you to 3 records")]
    assert kinds(administrator) == []
    (item,) = read_notices(actor_of(seller_north)).items
    opened = client_of(seller_north).get(f"/notices/{item.notice.pk}/")
    page = client_of(seller_north).get(opened.url).content.decode()
    assert "3 records" in page
    both = {"owner": seller_south.pk, "assignees": {"add": [seller_north.pk]}}
    bulk.change_many(actor, "lead", both, ids=leads[:1])
    run_until_idle()
    assert ("assigned", "Administrator", "made you the owner of 1 record") in told(seller_south)
