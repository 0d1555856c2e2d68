"""Search: any part of a name, phones and e-mails in any spelling, only what one may see."""

import pytest

from headwater.records.find import find_records
from headwater.records.write import update_record
from headwater.testing.factories import make_lead
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(seller_north):
    return make_lead(
        seller_north,
        first_name="Jānis",
        last_name="Bērziņš",
        email="J.Berzins@Example.com",
        phone="+371 29 123 456",
    )


@pytest.mark.parametrize(
    "typed",
    ["j", "Jān", "jan", "ĒRZI", "berz", "bērziņš jānis", "j.berzins@", "example.com", "29123456", "+371 2912",
     "00371 29123456", "29-123-456", "123456"],
)  # fmt: skip
def test_found(lead, seller_north, typed):
    assert list(find_records(Actor(seller_north), "lead", search=typed)) == [lead]


@pytest.mark.parametrize(
    "typed", ["xyz", "janis ozols", "%", "_", "*", "?", "[", "'", '"', "\\", "\x00", "x" * 5000]
)
def test_not_found_and_no_error(lead, seller_north, typed):
    assert not find_records(Actor(seller_north), "lead", search=typed).filter(pk=lead.pk).exists()


def test_thai_and_khmer_are_found_by_any_part(seller_north):
    thai = make_lead(seller_north, first_name="สมชาย", last_name="ใจดี")
    khmer = make_lead(seller_north, first_name="សុខ", last_name="ស្រីមុំ")
    assert list(find_records(Actor(seller_north), "lead", search="มชา")) == [thai]
    assert list(find_records(Actor(seller_north), "lead", search="ស្រី")) == [khmer]


def test_a_changed_name_is_found_at_once(lead, seller_north):
    update_record(Actor(seller_north), "lead", lead.pk, {"first_name": "Oskars"})
    assert list(find_records(Actor(seller_north), "lead", search="oska")) == [lead]
    assert not find_records(Actor(seller_north), "lead", search="jānis").exists()


def test_others_do_not_find_it(lead, seller_south):
    assert not find_records(Actor(seller_south), "lead", search="jānis").exists()
