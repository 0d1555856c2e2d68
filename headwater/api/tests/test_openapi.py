"""The OpenAPI document, its copy in the repository and its page for people."""

import json
import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver

from headwater.api.management.commands import write_openapi
from headwater.api.root import api
from headwater.api.views import document
from headwater.metadata import choices, registry


def refs(part):
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from refs(value)
    elif isinstance(part, list):
        for value in part:
            yield from refs(value)


def operations():
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_copy_in_the_repository_is_up_to_date():
    assert write_openapi.PATH.read_text() == write_openapi.document_text(), "run bin/manage write_openapi"


def test_the_command_writes_the_copy(tmp_path, monkeypatch, settings, capsys):
    settings.BASE_DIR = tmp_path
    monkeypatch.setattr(write_openapi, "PATH", tmp_path / "openapi.json")
    call_command("write_openapi")
    assert json.loads((tmp_path / "openapi.json").read_text())["openapi"] == "3.1.0"
    assert "openapi.json written" in capsys.readouterr().out


def test_every_reference_leads_somewhere():
    parts = document()["components"]
    places = {f"#/components/{kind}/{name}" for kind in ("schemas", "responses") for name in parts[kind]}
    assert set(refs(document())) == places


def test_every_operation_is_named_once_and_described():
    found = [operation for _path, _method, operation in operations()]
    assert len({operation["operationId"] for operation in found}) == len(found)
    assert all(operation["summary"] and operation["tags"] for operation in found)
    assert all("default" in operation["responses"] for operation in found)


def test_every_word_of_an_address_is_a_parameter():
    for path, _method, operation in operations():
        declared = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path)), path


def routes(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def test_every_route_is_in_the_document():
    slugs = {
        "record:object": registry.objects()[0].slug,
        "withcontacts:object": "leads",
        "withaddresses:object": "leads",
        "reference:reference": registry.references()[0].slug,
        "choicelist:choice_list": "{choice_list}",
        "verb:verb": None,
    }
    for route in routes(api.urls[0]):
        path = route
        for word, slug in slugs.items():
            if slug is not None:
                path = path.replace(f"<{word}>", slug)
        if "<verb:verb>" in path or not path:
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)
        assert f"/api/v1/{path}" in document()["paths"]


def test_every_object_field_and_list_is_in_the_document():
    schemas = document()["components"]["schemas"]
    for entry in registry.objects():
        assert entry.fields.keys() < schemas[entry.model.__name__]["properties"].keys()
        assert f"/api/v1/{entry.slug}" in document()["paths"]
    options = document()["paths"]["/api/v1/{choice_list}"]["get"]["parameters"]
    assert options[0]["schema"]["enum"] == [found.slug for found in choices.lists()]


@pytest.mark.django_db
def test_the_document_is_served_and_the_same_for_everybody(organization):
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == document()


@pytest.mark.django_db
def test_the_page_for_people_needs_nothing_from_elsewhere(client_of, seller_north):
    page = client_of(seller_north).get("/api/v1/docs").content.decode()
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert len(sources) == 3
    assert all(source.startswith("/static/") for source in sources)
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
    assert 'data-api-csrf="true"' in page
    assert 'data-csrf-token=""' in Client().get("/api/v1/docs").content.decode()
