"""The bell, the page of notices, following and mentioning on pages."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from headwater.activities.following import follow, is_following
from headwater.activities.models import Comment, Notice
from headwater.activities.notices.preferences import preferences_of
from headwater.activities.services import add_comment
from headwater.records.write import update_record
from headwater.testing.factories import actor_of, make_lead
from headwater.users.models import Role, User
from headwater.users.notices import notify_shared

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
EVIL = '<script>alert("x")</script>'


def test_the_bell_counts_with_one_question_and_says_nothing_twice(
    client_of: ClientOf,
    manager: User,
    seller_north: User,
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    hers = client_of(seller_north)
    assert hers.get("/notices/bell/").content == b""
    make_lead(manager, owner=seller_north.pk)
    with django_assert_max_num_queries(4):  # session, stamp, person, count
        answer = hers.get("/notices/bell/")
    assert answer.content == b"1"
    again = hers.get("/notices/bell/", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    make_lead(manager, owner=seller_north.pk)
    changed = hers.get("/notices/bell/", headers={"If-None-Match": answer.headers["ETag"]})
    assert changed.content == b"2"
    assert "private" in changed.headers["Cache-Control"]


def test_opening_marks_it_read_and_leads_to_the_entry(
    client_of: ClientOf, manager: User, seller_north: User
) -> None:
    lead = make_lead(seller_north)
    add_comment(actor_of(manager), "lead", lead.pk, "Early")
    for n in range(35):
        add_comment(actor_of(seller_north), "lead", lead.pk, f"Later {n}")
    notice = Notice.objects.get(user=seller_north)
    hers = client_of(seller_north)
    answer = hers.get(f"/notices/{notice.pk}/")
    entry = notice.entries[-1]
    assert answer.headers["Location"] == f"/leads/{lead.pk}/?entry={entry}#entry-{entry}"
    assert hers.get("/notices/bell/").content == b""
    page = hers.get(answer.headers["Location"].partition("#")[0]).content.decode()
    assert f'id="entry-{entry}" data-marked' in page
    assert "Newest first" in page
    assert client_of(manager).get(f"/notices/{notice.pk}/").status_code == 404


def test_notices_are_read_one_by_one_and_all_at_once(
    client_of: ClientOf, manager: User, seller_north: User
) -> None:
    for _n in range(3):
        make_lead(manager, owner=seller_north.pk)
    hers = client_of(seller_north)
    newest = Notice.objects.order_by("-pk")[0]
    answer = hers.post("/notices/reading/", {"notice": newest.pk, "region": "panel"}, headers=FRAGMENT)
    assert answer.headers["HX-Trigger"] == "notices-read"
    assert hers.get("/notices/bell/").content == b"2"
    hers.post("/notices/reading/", {"notice": newest.pk, "read": "no"})
    assert hers.get("/notices/bell/").content == b"3"
    assert hers.post("/notices/reading/", {"all": "1"}).status_code == 302
    assert hers.get("/notices/bell/").content == b""
    assert "Nothing unread" in hers.get("/notices/?show=unread").content.decode()


def test_texts_of_people_are_never_markup(client_of: ClientOf, manager: User, seller_north: User) -> None:
    manager.name = EVIL
    manager.save()
    lead = make_lead(seller_north, first_name=EVIL)
    add_comment(actor_of(manager), "lead", lead.pk, f"@Nora {EVIL}")
    notify_shared(actor_of(manager), [seller_north], EVIL, "/reports/")
    add_comment(actor_of(seller_north), "lead", lead.pk, f"@{EVIL} yes")
    hers = client_of(seller_north)
    for address in ("/notices/", "/notices/panel/", f"/leads/{lead.pk}/"):
        page = hers.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
    offered = hers.get(f"/leads/{lead.pk}/mentions/?q=script")
    assert offered.headers["Content-Type"] == "application/json"
    assert offered.json()["options"][0]["text"] == EVIL


def test_a_notice_leads_nowhere_else(client_of: ClientOf, manager: User, seller_north: User) -> None:
    notify_shared(actor_of(manager), [seller_north], "X", "//evil.example/")
    answer = client_of(seller_north).get(f"/notices/{Notice.objects.get().pk}/")
    assert answer.headers["Location"] == "/notices/"


def test_a_record_is_followed_from_its_page(client_of: ClientOf, manager: User, seller_north: User) -> None:
    lead = make_lead(seller_north)
    his = client_of(manager)
    address = f"/leads/{lead.pk}/following/"
    assert 'aria-pressed="false"' in his.get(f"/leads/{lead.pk}/").content.decode()
    assert his.post(address, {"on": "yes"}).status_code == 302
    assert is_following(actor_of(manager), lead)
    answer = his.post(address, {"on": "no"}, headers=FRAGMENT).content.decode()
    assert 'aria-pressed="false"' in answer
    assert not is_following(actor_of(manager), lead)


def test_many_are_followed_from_a_list(client_of: ClientOf, manager: User, seller_north: User) -> None:
    leads = [make_lead(seller_north) for _n in range(3)]
    his = client_of(manager)
    his.post("/leads/following/", {"record": f"{leads[0].pk},{leads[1].pk}", "list": ""})
    listed = his.get('/leads/?filter={"all":[{"field":"followed","op":"is_true"}]}').content.decode()
    assert [str(lead) in listed for lead in leads] == [True, True, False]
    assert "Followed by me: yes" in listed
    his.post("/leads/following/", {"all": "1", "list": ""})
    assert is_following(actor_of(manager), leads[2])
    assert his.post("/leads/following/", {"all": "1", "list": "filter=%7B"}).status_code == 302


def test_the_builder_offers_the_question(client_of: ClientOf, manager: User) -> None:
    page = client_of(manager).get("/leads/filter/").content.decode()
    assert '<option value="followed"' in page


def test_a_comment_that_would_reach_nobody_asks_first(
    client_of: ClientOf, manager: User, seller_north: User, seller_south: User
) -> None:
    lead = make_lead(seller_north)
    his = client_of(manager)
    for headers in ({}, FRAGMENT):
        refused = his.post(f"/leads/{lead.pk}/comments/", {"body": "@Sam look"}, headers=headers)
        page = refused.content.decode()
        assert refused.status_code == 422
        assert "Sam cannot see this record" in page
        assert "@Sam look</textarea>" in page
        assert 'name="anyway"' in page
    assert not Comment.objects.exists()
    his.post(f"/leads/{lead.pk}/comments/", {"body": "@Sam look", "anyway": "1"})
    assert Comment.objects.count() == 1
    assert not Notice.objects.filter(user=seller_south).exists()


def test_the_picker_offers_whom_one_may_mention_and_says_who_is_blind(
    client_of: ClientOf, manager: User, seller_north: User, seller_south: User, administrator: User
) -> None:
    lead = make_lead(seller_north)
    address = f"/leads/{lead.pk}/mentions/?q="
    options = client_of(manager).get(address).json()["options"]
    assert {o["text"]: o["blind"] for o in options} == {"Administrator": False, "Nora": False, "Sam": True}
    assert client_of(seller_south).get(address).status_code == 404
    Role.objects.filter(pk=manager.role_id).update(people_reach=Role.Reach.TEAM)
    named = [o["text"] for o in client_of(manager).get(address).json()["options"]]
    assert named == ["Nora"]
    assert client_of(manager).get(f"{address}no%00ra").json()["options"][0]["write"] == "@Nora"


def test_wishes_are_kept(client_of: ClientOf, seller_north: User) -> None:
    hers = client_of(seller_north)
    form = {"follows_own": "1", "app-changed": "1", "mail-changed": "daily", "mail-mentioned": "never"}
    assert hers.post("/settings/notices/", form).status_code == 302
    wishes = preferences_of(seller_north.pk)
    assert (wishes.ways["changed"].in_app, wishes.ways["changed"].mail) == (True, "daily")
    assert wishes.ways["mentioned"].is_silent
    assert wishes.ways["shared"].is_silent
    assert hers.post("/settings/notices/", {"mail-changed": "hourly"}).status_code == 422
    assert 'value="daily" selected' in hers.get("/settings/notices/").content.decode()


def test_a_stranger_reads_an_empty_page(client_of: ClientOf, stranger: User, seller_north: User) -> None:
    lead = make_lead(seller_north)
    Notice.objects.create(user=stranger, kind="changed", object="lead", record_id=lead.pk, at=lead.created_at)
    nobody = client_of(stranger)
    assert nobody.get("/notices/bell/").content == b""
    assert "No notices yet" in nobody.get("/notices/").content.decode()


def test_pages_go_on(client_of: ClientOf, manager: User, seller_north: User) -> None:
    leads = [make_lead(manager, owner=seller_north.pk) for _n in range(42)]
    follow(actor_of(seller_north), "lead", leads[0].pk)
    update_record(actor_of(manager), "lead", leads[0].pk, {"status": "interested"})
    hers = client_of(seller_north)
    page = hers.get("/notices/").content.decode()
    after = page.partition("?after=")[2].partition('"')[0]
    rest = hers.get(f"/notices/?after={after}", headers=FRAGMENT).content.decode()
    assert rest.count('class="notice"') == 3
    assert hers.get("/notices/?after=x").status_code == 422
