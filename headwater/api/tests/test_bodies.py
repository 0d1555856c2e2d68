"""No body of any operation is an error of ours, wherever in it the nonsense is."""

import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from headwater.api.tests.doors import all_doors, body_of, build_world, paths_of
from headwater.testing.factories import make_token

pytestmark = pytest.mark.django_db

NONSENSE = [
    "\x00",
    "a" * 5000,
    10**30,
    -1,
    1.5,
    True,
    None,
    [],
    [[]],
    {},
    {"id": {"a": 1}},
    ["\x00", 1, None],
]
WRITING = [
    (door, method)
    for door in all_doors()
    if door.is_api
    for method in door.methods
    if method in ("POST", "PATCH")
]


def bodies(right):
    """Yield the right body with each part spoiled, and bodies that are wrong as a whole."""
    whole: list[Any] = [right, [], "x", None, {"sauce": 1}]
    yield from (json.dumps(each) for each in whole)
    for key in right:
        for value in NONSENSE:
            yield json.dumps(right | {key: value})
            if isinstance(right[key], dict):
                yield from (json.dumps(right | {key: right[key] | {inner: value}}) for inner in right[key])


def test_no_body_is_an_error_of_ours(seller_north, administrator, settings):
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    world = build_world(seller_north)
    headers = {"Authorization": f"Bearer {make_token(administrator)}"}
    client = Client(raise_request_exception=False, headers=headers)
    problems = []
    for door, method in WRITING:
        path = paths_of(world, door.route)[0]
        for body in bodies(body_of(door)):
            with transaction.atomic():
                answer = client.generic(method, path, body, content_type="application/json")
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                problems.append((method, path, body[:200], answer.status_code))
    assert not problems
