"""What can be made from a record, and what people do with it besides editing.

The business rooms say which verbs and steps there are; nothing here knows one by name.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Query, Router

from headwater.access.models import Action
from headwater.api.answers import answer
from headwater.api.auth import caller_of
from headwater.api.custom import flat, nested
from headwater.api.failures import not_found
from headwater.api.problems import Problem, wrong
from headwater.api.representation import record_json
from headwater.api.routes.records import created
from headwater.api.schemas import verbs as schemas
from headwater.metadata import registry
from headwater.pipeline.conversion import Verb, find_verb
from headwater.pipeline.errors import AlreadyMade
from headwater.pipeline.services import Step, find_step
from headwater.records.errors import FieldError, Invalid
from headwater.records.find import get_record
from headwater.records.values import read_given
from headwater.users.actor import Actor

router = Router()
Values = dict[str, Any]


@router.post("/{record:object}/{int:id}/{verb:verb}", response={200: dict[str, Any], 201: dict[str, Any]})
def run_verb(
    request: HttpRequest,
    object: str,
    id: int,
    verb: str,
    query: Query[schemas.VerbQuery],
    values: Annotated[Values | None, Body()] = None,
) -> HttpResponse:
    """Make another record from this one, or take a step with it."""
    actor, source = caller_of(request).actor, registry.by_slug(object).name
    making, step = find_verb(source, verb), find_step(source, verb)
    if making is not None:
        return _make(actor, making, id, flat(values or {}), preview=query.preview)
    if step is None:
        raise not_found()
    get_record(actor, source, id, Action.EDIT)  # before any word of the request is judged
    if query.preview:
        raise wrong("preview", "not_previewable", _("There is nothing to preview here."))
    return _take(actor, step, id, values or {})


def _make(actor: Actor, verb: Verb, number: int, values: Values, *, preview: bool) -> HttpResponse:
    if preview:
        filled = verb.prefill(actor, number)
        return answer(nested(filled | read_given(actor, registry.get(verb.target), values)))
    try:
        record = verb.make(actor, number, values)
    except AlreadyMade as problem:
        raise _already_made(problem) from problem
    return created(registry.get(verb.target), record)


def _already_made(problem: AlreadyMade) -> Problem:
    existing = {"object": problem.object_name, "id": problem.pk, "title": problem.title}
    return Problem(
        409,
        "already_made",
        problem.errors[0].message,
        errors=problem.errors,
        existing=existing if problem.pk is not None else None,
    )


def _take(actor: Actor, step: Step, number: int, values: Values) -> HttpResponse:
    unknown = sorted(values.keys() - step.asks.keys())
    if unknown:
        message = _("“%(word)s” is not asked for here.")
        raise Invalid(
            [FieldError(word[:100], "unknown_field", message % {"word": word[:100]}) for word in unknown]
        )
    try:
        record = step.run(actor, number, values, {})
    except Invalid as problem:
        raise Invalid([_as_asked(error, step.asks) for error in problem.errors]) from problem
    return answer(record_json(registry.get(step.source), record))


def _as_asked(error: FieldError, asks: Mapping[str, str]) -> FieldError:
    """Name the word of the request instead of the field that it fills."""
    words = {field: word for word, field in asks.items()}
    return FieldError(words.get(error.field, error.field), error.code, error.message)
