"""The bell, mentioning by keyboard, and following, in a real browser."""

from playwright.sync_api import expect

from headwater.activities.following import is_following
from headwater.activities.models import Comment, Notice
from headwater.activities.services import add_comment
from headwater.testing.factories import actor_of, make_lead
from headwater.users.models import User
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible


def test_the_bell_counts_opens_and_is_read(open_page: OpenPage, manager: User, seller_north: User) -> None:
    lead = make_lead(seller_north)
    add_comment(actor_of(manager), "lead", lead.pk, "@Nora look")
    make_lead(manager, owner=seller_north.pk)
    page = open_page(seller_north)
    page.goto("/")
    bell = page.get_by_role("link", name="Notices, unread: 2")
    expect(bell).to_be_visible()
    bell.click()
    panel = page.locator("#notices-menu")
    expect(panel.get_by_text("mentioned you in a comment")).to_be_visible()
    assert_accessible(page)
    panel.get_by_role("button", name="Mark as read").first.click()
    expect(page.get_by_role("link", name="Notices, unread: 1")).to_be_visible()
    panel.get_by_text("mentioned you in a comment").click()
    entry = Notice.objects.get(kind="mentioned").entries[-1]
    expect(page.locator(f"#entry-{entry}")).to_contain_text("@Nora look")
    expect(page.get_by_role("link", name="Notices", exact=True)).to_be_visible()


def test_somebody_is_mentioned_without_a_mouse(
    open_page: OpenPage, manager: User, seller_north: User, seller_south: User
) -> None:
    lead = make_lead(seller_north)
    page = open_page(manager)
    page.goto(f"/leads/{lead.pk}/")
    page.keyboard.press("m")
    box = page.get_by_role("textbox", name="Comment", exact=True)
    expect(box).to_be_focused()
    page.keyboard.type("Please @no")
    offered = page.get_by_role("listbox", name="People")
    expect(offered.get_by_role("option", name="Nora")).to_have_attribute("aria-selected", "true")
    assert_accessible(page)
    page.keyboard.press("Enter")
    expect(box).to_have_value("Please @Nora ")
    page.keyboard.type("look, @sa")
    expect(offered.get_by_role("option", name="Sam")).to_contain_text("cannot see this record")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Sam cannot see this record")).to_be_visible()
    page.get_by_role("button", name="Comment anyway").click()
    expect(page.locator(".entry-body .mention")).to_have_count(2)
    assert Comment.objects.get().body == f"Please @[{seller_north.pk}] look, @[{seller_south.pk}]"


def test_a_finger_chooses_a_person(open_page: OpenPage, manager: User, seller_north: User) -> None:
    lead = make_lead(seller_north)
    page = open_page(manager, phone=True)
    page.goto(f"/leads/{lead.pk}/")
    page.get_by_role("textbox", name="Comment", exact=True).tap()
    page.keyboard.type("@")
    page.get_by_role("option", name="Nora").tap()
    expect(page.get_by_role("textbox", name="Comment", exact=True)).to_have_value("@Nora ")


def test_a_record_is_followed_by_key_and_many_from_a_list(
    open_page: OpenPage, manager: User, seller_north: User
) -> None:
    leads = [make_lead(seller_north) for _n in range(2)]
    page = open_page(manager)
    page.goto(f"/leads/{leads[0].pk}/")
    follow = page.get_by_role("button", name="Follow", exact=True)
    expect(follow).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("w")
    expect(follow).to_have_attribute("aria-pressed", "true")
    page.goto("/leads/")
    page.locator("tbody .pick").nth(0).check()
    page.locator("tbody .pick").nth(1).check()
    page.get_by_role("button", name="Follow the selected records").click()
    expect(page.get_by_text("You follow 2 records.")).to_be_visible()
    assert is_following(actor_of(manager), leads[1])
