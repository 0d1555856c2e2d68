"""The API is as it describes itself: schemathesis asks every operation what its description allows, and more.

Only its coverage phase runs here: each limit, kind and missing part of every parameter and body, the same
every time. Each request is taken back, so that the next one meets the same records.
"""

import copy
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from django.db import connections, transaction
from hypothesis import core
from hypothesis.internal.conjecture import engine
from hypothesis.strategies._internal import collections

from headwater.api.tests.doors import World, all_doors, build_world, paths_of
from headwater.api.views import document
from headwater.config.wsgi import application
from headwater.testing.factories import make_token

pytestmark = pytest.mark.django_db

TAGS = sorted({op["tags"][0] for methods in document()["paths"].values() for op in methods.values()})
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def _hypothesis_as_it_was() -> Iterator[None]:
    """Importing schemathesis changes how hypothesis prints examples and how large they get."""
    changed = [(core, "RepresentationPrinter"), (core, "BUFFER_SIZE")]
    changed += [(engine, "BUFFER_SIZE"), (collections, "BUFFER_SIZE")]
    before = [getattr(module, name) for module, name in changed]
    yield
    for (module, name), value in zip(changed, before, strict=True):
        setattr(module, name, value)


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the connection, which has an open transaction, to the requests, as Django's client does."""
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)


@pytest.fixture
def world(seller_north, settings) -> World:
    settings.API_REQUESTS_PER_MINUTE = 10**9
    return build_world(seller_north)


def operations(tag: str | None) -> Iterator[Any]:
    """Yield the operations of the description; an answer must be named there by its status."""
    import schemathesis

    described = copy.deepcopy(document())
    for methods in described["paths"].values():
        for method, operation in list(methods.items()):
            del operation["responses"]["default"]
            if tag and operation["tags"][0] != tag:
                del methods[method]
    repeatable = {
        "seed": 1,
        "generation": {"deterministic": True, "with-security-parameters": False},
    }
    schema = schemathesis.openapi.from_dict(described, config=schemathesis.Config.from_dict(repeatable))
    schema.app = application
    return (found.ok() for found in schema.get_all_operations())


def cases(operation: Any, one_in: int) -> Iterator[Any]:
    """Yield the requests that fit the description, and some that do not: one in so many."""
    from schemathesis import GenerationMode
    from schemathesis.generation.drivers import CoverageGenerator
    from schemathesis.generation.feedback import FeedbackSources
    from schemathesis.generation.overrides import Override

    generated = CoverageGenerator(
        operation=operation,
        generation_modes=list(GenerationMode),
        generation_config=operation.schema.config.generation_for(operation=operation, phase="coverage"),
        auth_storage=None,
        override=Override(),
        feedback=FeedbackSources(),
    )
    for number, case in enumerate(generated):
        if number % one_in == 0:
            yield case


def known_parameters(world: World) -> dict[str, Json]:
    """Return, for each address of the description, parameters that name something which is there."""
    filled = list(chain.from_iterable(paths_of(world, door.route) for door in all_doors() if door.is_api))
    found: dict[str, Json] = {}
    for template, methods in document()["paths"].items():
        named = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template))
        parameters = next(iter(methods.values()))["parameters"]
        choices = {p["name"]: p["schema"]["enum"] for p in parameters if "enum" in p["schema"]}
        for path in filled:
            match = re.fullmatch(named, path)
            if match and all(match.groupdict().get(k, v[0]) in v for k, v in choices.items()):
                found[template] = match.groupdict()
                break
    return found


def is_about_the_address(case: Any) -> bool:
    place = case.meta.phase.data.parameter_location
    return place is not None and place.name == "PATH"


def checks_for(case: Any) -> list[Any]:
    """Return what an answer is held to.

    Values are read generously (a number as text, 0 as false, empty text as no day): that is no fault.
    """
    from schemathesis import checks as general
    from schemathesis.specs.openapi import checks as openapi

    found = [
        general.not_a_server_error,
        openapi.status_code_conformance,
        openapi.content_type_conformance,
        openapi.response_headers_conformance,
        openapi.response_schema_conformance,
        openapi.unsupported_method,
    ]
    if case.meta.phase.data.scenario.value not in ("incorrect_type", "invalid_format"):
        found.append(openapi.negative_data_rejection)
    return found


def problems_of(world: World, user: Any, tag: str | None, one_in: int) -> list[tuple[str, ...]]:
    """Send the requests as a user; return what is wrong with the answers."""
    known = known_parameters(world)
    headers = {"Authorization": f"Bearer {make_token(user)}", "Accept-Encoding": "identity"}
    problems: list[tuple[str, ...]] = []
    for operation in operations(tag):
        for case in cases(operation, one_in):
            if case.path_parameters and not is_about_the_address(case):
                case.path_parameters = dict(known[operation.path])
            with transaction.atomic():
                answer = case.call(headers=headers)
                try:
                    case.validate_response(answer, checks=checks_for(case))
                except* Exception as failures:
                    request = (operation.label, case.meta.phase.data.description, case.as_curl_command())
                    problems += [(*request, str(failure)) for failure in failures.exceptions]
                transaction.set_rollback(True)
    return problems


@pytest.mark.parametrize("tag", TAGS)
def test_every_operation_answers_administrators_as_described(world, administrator, tag):
    assert not problems_of(world, administrator, tag, one_in=4)


def test_every_operation_answers_salespeople_as_described(world, seller_north):
    assert not problems_of(world, seller_north, None, one_in=20)


def test_every_address_is_asked_about_something_that_is_there(world):
    templates = {path for path in document()["paths"] if "{" in path}
    assert known_parameters(world).keys() >= templates
