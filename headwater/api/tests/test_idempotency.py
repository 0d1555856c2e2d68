"""The same key gets the same answer, and the deed is done once."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from headwater.api.jobs import forget_answers
from headwater.api.models import StoredAnswer
from headwater.lib import clock
from headwater.pipeline.models import Lead
from headwater.testing.factories import make_lead
from headwater.transfer.models import ImportRun

pytestmark = pytest.mark.django_db

KEY = {"Idempotency-Key": "one"}


@pytest.fixture
def api(api_of, seller_north):
    return api_of(seller_north)


def test_a_repeated_request_gets_the_first_answer(api):
    first = api.post("leads", {"first_name": "A"}, headers=KEY)
    again = api.post("leads", {"first_name": "A"}, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert Lead.unscoped.count() == 1


def test_another_request_with_the_same_key_is_refused(api):
    api.post("leads", {"first_name": "A"}, headers=KEY)
    for answer in (
        api.post("leads", {"first_name": "B"}, headers=KEY),
        api.post("contacts", {"first_name": "A"}, headers=KEY),
    ):
        assert answer.status_code == 422
        assert answer.json()["type"].endswith(":key_reused")
    assert Lead.unscoped.count() == 1


def test_a_key_belongs_to_one_person(api, api_of, seller_south):
    mine = api.post("leads", {"first_name": "A"}, headers=KEY).json()
    theirs = api_of(seller_south).post("leads", {"first_name": "A"}, headers=KEY).json()
    assert mine["id"] != theirs["id"]


def test_two_tokens_of_one_person_share_the_key(api, api_of, seller_north):
    first = api.post("leads", {"first_name": "A"}, headers=KEY).json()
    assert api_of(seller_north).post("leads", {"first_name": "A"}, headers=KEY).json() == first


def test_a_refused_request_leaves_its_key_free(api):
    assert api.post("leads", {"first_name": "A", "email": "no"}, headers=KEY).status_code == 422
    assert not StoredAnswer.objects.exists()
    assert api.post("leads", {"first_name": "A", "email": "a@b.lv"}, headers=KEY).status_code == 201


def test_a_key_is_forgotten_after_a_day(api):
    api.post("leads", {"first_name": "A"}, headers=KEY)
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert api.post("leads", {"first_name": "A"}, headers=KEY).status_code == 201
        assert Lead.unscoped.count() == 2
        api.post("leads", {"first_name": "A"}, headers={"Idempotency-Key": "two"})
    assert StoredAnswer.objects.count() == 2
    with time_machine.travel(clock.now() + timedelta(hours=60)):
        forget_answers.call()
    assert not StoredAnswer.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_that_is_none_is_named(api, key):
    answer = api.post("leads", {"first_name": "A"}, headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_comments_are_written_once_too(api, seller_north):
    lead = make_lead(seller_north)
    for _time in range(2):
        assert api.post(f"leads/{lead.pk}/comments", {"body": "Hello"}, headers=KEY).status_code == 201
    bodies = [
        item["comment"]["body"]
        for item in api.get(f"leads/{lead.pk}/timeline").json()["items"]
        if item["comment"]
    ]
    assert bodies == ["Hello"]


def test_an_upload_is_taken_once(api_of, administrator):
    api = api_of(administrator)

    def send(content: bytes):
        form = {"object": "contact", "file": SimpleUploadedFile("a.csv", content)}
        return api.upload("imports", form, headers=KEY)

    first, again = send(b"First name\nAnna\n"), send(b"First name\nAnna\n")
    assert first.status_code == 202
    assert again.json() == first.json()
    assert send(b"First name\nBerta\n").status_code == 422
    assert ImportRun.objects.count() == 1
