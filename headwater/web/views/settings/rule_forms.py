"""What the forms of rules have in common that find records by a filter: scoring, sharing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from headwater.metadata.errors import FilterError
from headwater.web.filters.draft import Draft, mark
from headwater.web.htmx import is_fragment
from headwater.web.views.settings.forms import messages_of


@dataclass(frozen=True)
class Refusal:
    """Why a rule was not saved: by form field, and what is wrong with the filter as a whole."""

    errors: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def try_to_save(save: Callable[[], object], draft: Draft) -> Refusal | None:
    """Save a rule, or say why not; what is wrong with a condition of its filter is put beside it."""
    try:
        save()
    except ValidationError as problem:
        return Refusal(errors=messages_of(problem))
    except FilterError as problem:
        return Refusal(problems=mark(draft, problem.problems))
    return None


def show_rule(
    request: HttpRequest, template: str, context: dict[str, Any], refused: Refusal | None
) -> HttpResponse:
    """Draw the form of a rule, or its inside alone where a step in the builder asks for that."""
    is_page = not is_fragment(request)
    name = f"settings/{template}" if is_page else f"settings/_{template}"
    said = refused or Refusal()
    context = context | {"errors": said.errors, "problems": said.problems, "is_page": is_page}
    return render(request, name, context, status=422 if refused else 200)
