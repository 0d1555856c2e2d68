"""Putting the document together."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from django.urls import resolve
from django.utils import translation
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from headwater.api.auth import Authentication
from headwater.api.openapi.fields import record_shape, type_name, values_shape
from headwater.api.openapi.problems import problem_answers, refusals_of
from headwater.api.schemas.common import ProblemDetails
from headwater.metadata import choices, registry
from headwater.metadata.objects import ObjectType
from headwater.pipeline.conversion import VERBS, verbs_of
from headwater.pipeline.services import steps_of

Json = dict[str, Any]

PREFIX = "/api/v1/"
_PAGE = re.compile(r"\bPage_(\w+)_")
_KEY: Json = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "The same request with the same key is done once; for a day the first answer is repeated.",
}
_SCOPES = (
    "Settings › API tokens. A token has one of three scopes, and each operation says which it needs: "
    "`read` looks, `write` also changes records, `admin` also changes settings, where its owner may."
)
_SECURITY: Json = {
    "token": {"type": "http", "scheme": "bearer", "description": _SCOPES},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "Of a signed-in page, which sends X-CSRFToken with every change.",
    },
}


class _Described(OpenAPISchema):
    """Says of every operation which scope a token needs for it."""

    def operation_security(self, operation: Operation) -> Any:
        (door,) = operation.auth_callbacks
        assert isinstance(door, Authentication)
        return [{"token": [door.needed(operation.methods[0])]}, {"session": []}]


def build_document(api: NinjaAPI) -> Json:
    """Return the OpenAPI 3.1 document of the whole API, in English."""
    with translation.override("en"):
        given = _Described(api, PREFIX)
        schemas = {
            _page_name(name): shape for name, shape in _renamed(given["components"]["schemas"]).items()
        }
        document: Json = {
            "openapi": "3.1.0",
            "info": {"title": api.title, "version": api.version, "description": api.description},
            "paths": dict(sorted(_paths(_renamed(given["paths"])))),
            "components": {
                "schemas": schemas | _problem_schemas() | _object_schemas(schemas),
                "responses": problem_answers(),
                "securitySchemes": _SECURITY,
            },
        }
        for operations in document["paths"].values():
            for method, operation in operations.items():
                _complete(method, operation)
    document["components"]["schemas"] = _used(document)
    return document


def _page_name(name: str) -> str:
    return _PAGE.sub(r"\1Page", name)


def _renamed(part: Any) -> Any:
    """Call ``Page_User_`` what people would: ``UserPage``."""
    if isinstance(part, dict):
        return {key: _renamed(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_renamed(value) for value in part]
    return _page_name(part) if isinstance(part, str) and part.startswith("#/") else part


def _problem_schemas() -> Json:
    shape = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**shape.pop("$defs"), "ProblemDetails": shape}


def _object_schemas(given: Json) -> Json:
    """Return what the dictionary says of each object, with what the operations add to it."""
    found: Json = {}
    for entry in (*registry.objects(), *registry.references()):
        name = type_name(entry)
        shape = record_shape(entry)
        shape["properties"] = {**given.get(name, {}).get("properties", {}), **shape["properties"]}
        found |= {name: shape, f"{name}Values": values_shape(entry)}
        found[f"{name}Page"] = {
            "title": f"{name}Page",
            "type": "object",
            "required": ["items", "next", "count"],
            "properties": {
                "items": {"type": "array", "items": _ref(name)},
                "next": {"type": ["string", "null"]},
                "count": _ref("Count"),
            },
        }
    return found


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _paths(given: Json) -> Iterator[tuple[str, Json]]:
    for path, operations in given.items():
        if "{object}" in path:
            for entry in registry.objects():
                if _leads_somewhere(path.replace("{object}", entry.slug)):
                    yield from _of_object(path, operations, entry)
        elif "{reference}" in path:
            for entry in registry.references():
                named = path.replace("{reference}", entry.slug)
                if named not in given:
                    yield named, _named(operations, "reference", entry)
        else:
            yield path, operations


def _leads_somewhere(path: str) -> bool:
    """Say whether an address is one: a word in it can be open to some objects only."""
    filled = path.replace("{verb}", VERBS[0].name)
    return resolve(re.sub(r"{\w+}", "1", filled)).url_name != "api_nowhere"


def _of_object(path: str, operations: Json, entry: ObjectType) -> Iterator[tuple[str, Json]]:
    named = path.replace("{object}", entry.slug)
    if "{verb}" not in path:
        yield named, _named(operations, "object", entry)
        return
    for verb in verbs_of(entry.name):
        made = _named(operations, "object", entry)
        operation = _for_verb(made["post"], f"make_{verb.name}_from_{entry.name}")
        operation["description"] = f"Make from this {entry.label}: {verb.label}"
        target = registry.get(verb.target)
        operation["requestBody"] = _body(f"{type_name(target)}Values")
        operation["responses"] = {
            "200": _json("The values of the unsaved form, with `preview`.", f"{type_name(target)}Values"),
            "201": _json("The new record.", type_name(target)),
        }
        yield named.replace("{verb}", verb.name), made
    for step in steps_of(entry.name):
        taken = _named(operations, "object", entry)
        operation = _for_verb(taken["post"], f"{step.name}_of_{entry.name}")
        operation["description"] = f"{entry.label}: {step.label}"
        operation["parameters"] = [p for p in operation["parameters"] if p["name"] != "preview"]
        fields = values_shape(entry)["properties"]
        asked = {
            "type": "object",
            "additionalProperties": False,
            "properties": {word: fields[key] for word, key in step.asks.items()},
            "required": sorted(step.required),
        }
        operation["requestBody"] = {"content": {"application/json": {"schema": asked}}}
        operation["responses"] = {"200": _json("The record after the step.", type_name(entry))}
        yield named.replace("{verb}", step.name), taken


def _for_verb(operation: Json, name: str) -> Json:
    operation["parameters"] = [p for p in operation["parameters"] if p["name"] != "verb"]
    operation["operationId"] = name
    return operation


def _body(name: str) -> Json:
    return {"content": {"application/json": {"schema": _ref(name)}}}


def _json(description: str, name: str) -> Json:
    return {"description": description, **_body(name)}


def _named(operations: Json, parameter: str, entry: ObjectType) -> Json:
    """Write operations for one object: its tag, its schemas, its name in the operation ids."""
    name = type_name(entry)
    found: Json = deepcopy(operations)
    for operation in found.values():
        operation["parameters"] = [p for p in operation["parameters"] if p["name"] != parameter]
        operation["operationId"] = _operation_id(operation["operationId"], entry)
        if entry.is_record:
            operation["tags"] = [str(entry.label_plural)]
        if "values" in _body_titles(operation):
            operation["requestBody"] = {"required": True, **_body(f"{name}Values")}
    named: Json = _about(found, name, "Record" if entry.is_record else "Reference")
    return named


def _operation_id(general: str, entry: ObjectType) -> str:
    """Turn ``list_records`` into ``list_orders`` for an object of orders."""
    plural = entry.slug.replace("-", "_")
    own = {
        "records": plural,
        "references": plural,
        "record": entry.name,
        "reference": entry.name,
        "object": entry.name,
    }
    words = general.split("_")
    named = [own.get(word, word) for word in words]
    return "_".join(named if named != words else [*words, entry.name])


def _body_titles(operation: Json) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {}).values()
    return [str(each["schema"].get("title", "")).lower() for each in content]


def _about(part: Any, name: str, stand_in: str) -> Any:
    """Point from the stand-in schemas to those of an object."""
    schemas = "#/components/schemas/"
    named = {f"{schemas}{stand_in}": name, f"{schemas}{stand_in}Page": f"{name}Page"}
    if isinstance(part, dict):
        if part.get("$ref") in named:
            return _ref(named[part["$ref"]])
        return {key: _about(value, name, stand_in) for key, value in part.items()}
    return [_about(value, name, stand_in) for value in part] if isinstance(part, list) else part


def _complete(method: str, operation: Json) -> None:
    """Add what holds for every operation."""
    given = {str(status): answer for status, answer in operation["responses"].items()}
    operation["responses"] = given | refusals_of(method, operation)
    said, _stop, more = operation.pop("description").replace("``", "`").partition(". ")
    operation["summary"] = " ".join(said.split()).rstrip(".")
    if more:
        operation["description"] = " ".join(more.split())
    if method == "post":
        operation["parameters"] = [*operation["parameters"], _KEY]
    for parameter in operation["parameters"]:
        parameter["schema"] = _plain(parameter["schema"])
        if parameter["name"] == "choice_list" and parameter["in"] == "path":
            parameter["schema"] = {"type": "string", "enum": [found.slug for found in choices.lists()]}


def _plain(shape: Json) -> Json:
    """A parameter is given or left out; null cannot be sent. Its description stands beside the schema."""
    found = next((each for each in shape.get("anyOf", []) if each != {"type": "null"}), shape)
    return {key: value for key, value in found.items() if key not in ("title", "description")}


def _used(document: Json) -> Json:
    """Return the schemas that something points to, in the order of their names."""
    schemas: Json = document["components"]["schemas"]
    found: set[str] = set()
    waiting = _pointed(document["paths"]) - document["components"]["responses"].keys()
    waiting |= _pointed(document["components"]["responses"])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting |= _pointed(schemas[name])
    return {name: schemas[name] for name in sorted(found)}


def _pointed(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"].rpartition("/")[2]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*(_pointed(value) for value in part.values()))
    return set().union(*(_pointed(value) for value in part)) if isinstance(part, list) else set()
