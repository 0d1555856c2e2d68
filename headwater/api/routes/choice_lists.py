"""Choice lists: everybody reads their options, administrators change them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from headwater.access.options import may_add_option
from headwater.api.answers import answer, nothing, page
from headwater.api.auth import ADMINISTERING, BY_RIGHTS, caller_of
from headwater.api.failures import not_found
from headwater.api.problems import wrong
from headwater.api.routes.bulk import change_set_json
from headwater.api.schemas import imports as change_sets
from headwater.api.schemas import settings as schemas
from headwater.api.schemas.common import Page
from headwater.lib.numbers import whole_number
from headwater.metadata import choices
from headwater.metadata.choices import ChoiceList, add_option
from headwater.metadata.errors import BadValue
from headwater.metadata.models import ChoiceOption
from headwater.metadata.options import change_option
from headwater.records.errors import FieldError, Invalid
from headwater.transfer import option_merging

router = Router(tags=["Settings"])


@router.get("/choice-lists", response=Page[schemas.ChoiceListName], auth=BY_RIGHTS)
def list_choice_lists(request: HttpRequest) -> HttpResponse:
    """List the choice lists themselves: their addresses, names and labels."""
    return page([{"slug": c.slug, "list": c.name, "label": str(c.label)} for c in choices.lists()])


@router.get("/{choicelist:choice_list}", response=Page[schemas.Option], auth=BY_RIGHTS)
def list_options(request: HttpRequest, choice_list: str, query: Query[schemas.OptionQuery]) -> HttpResponse:
    """List all options of a list in their order."""
    found = _options(_list(choice_list))
    if query.active is not None:
        found = found.filter(active=query.active)
    word = query.q.strip().casefold()
    return page([option_json(option) for option in found if word in option.label.casefold()])


@router.post("/{choicelist:choice_list}", response={201: schemas.Option}, auth=ADMINISTERING)
def create_option(request: HttpRequest, choice_list: str, given: schemas.NewOption) -> HttpResponse:
    """Append an option; its key is made from the label and never changes.

    For administrators; labels also for those whose role lets them.
    """
    caller, found = caller_of(request), _list(choice_list)
    if not may_add_option(caller.actor, found.name):
        caller.require_administrator()
    parent = None
    if given.parent is not None:
        parent = _options(found).filter(key=given.parent).first()
        if parent is None:
            raise wrong("parent", "unknown_choice", _("There is no option with this key."))
    try:
        option = add_option(found.name, given.label, parent=parent, color=given.color)
    except BadValue as problem:
        raise _about_label(problem) from problem
    location = {"Location": f"/api/v1/{found.slug}/{option.key}"}
    return answer(option_json(option), status=201, headers=location)


@router.get("/{choicelist:choice_list}/{slug:key}", response=schemas.Option, auth=BY_RIGHTS)
def get_option(request: HttpRequest, choice_list: str, key: str) -> HttpResponse:
    """Read one option, by its key or its number."""
    return answer(option_json(_option(_list(choice_list), key)))


@router.patch("/{choicelist:choice_list}/{slug:key}", response=schemas.Option, auth=ADMINISTERING)
def update_option(
    request: HttpRequest, choice_list: str, key: str, given: schemas.OptionChange
) -> HttpResponse:
    """Rename, color or switch an option. Its key stays, so records keep it. For administrators."""
    caller_of(request).require_administrator()
    return answer(option_json(_change(_list(choice_list), key, **given.dict(exclude_unset=True))))


@router.delete("/{choicelist:choice_list}/{slug:key}", response={204: None}, auth=ADMINISTERING)
def deactivate_option(request: HttpRequest, choice_list: str, key: str) -> HttpResponse:
    """Offer an option no more; records that have it keep it. For administrators."""
    caller_of(request).require_administrator()
    _change(_list(choice_list), key, active=False)
    return nothing()


@router.get("/{choicelist:choice_list}/{slug:key}/uses", response=schemas.OptionUses, auth=ADMINISTERING)
def list_uses(request: HttpRequest, choice_list: str, key: str) -> HttpResponse:
    """Count the records that hold an option, by object and field. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    found = option_merging.uses(caller.actor, _option(_list(choice_list), key))
    uses = [{"object": use.entry.name, "field": use.field.key, "count": use.count} for use in found]
    return answer({"items": uses})


@router.post(
    "/{choicelist:choice_list}/{slug:key}/merge", response={202: change_sets.ChangeSet}, auth=ADMINISTERING
)
def merge_option(
    request: HttpRequest, choice_list: str, key: str, given: schemas.OptionMerge
) -> HttpResponse:
    """Merge an option into another, on all records; it stays as a second name. For administrators.

    Poll the change set; its undo makes the option one of its own again.
    """
    caller = caller_of(request)
    caller.require_administrator()
    found = _list(choice_list)
    made = option_merging.merge_options(caller.actor, found.name, _option(found, key).key, given.into)
    location = {"Location": f"/api/v1/change-sets/{made.pk}"}
    return answer(change_set_json(made), status=202, headers=location)


def _list(slug: str) -> ChoiceList:
    found = choices.list_by_slug(slug)
    if found is None:
        raise not_found()
    return found


def _options(found: ChoiceList) -> QuerySet[ChoiceOption]:
    return ChoiceOption.objects.filter(list=found.name).select_related("parent", "merged_into")


def _option(found: ChoiceList, word: str) -> ChoiceOption:
    options = _options(found)
    option = options.filter(key=word).first()
    if option is None and (number := whole_number(word)) is not None:
        option = options.filter(pk=number).first()
    if option is None:
        raise not_found()
    return option


def _change(found: ChoiceList, word: str, **values: Any) -> ChoiceOption:
    option = _option(found, word)
    now: dict[str, Any] = {"label": option.label, "color": option.color, "active": option.active} | values
    try:
        return change_option(found.name, option.pk, **now)
    except BadValue as problem:
        raise _about_label(problem) from problem


def _about_label(problem: BadValue) -> Invalid:
    return Invalid([FieldError("label", problem.code, problem.message)])


def option_json(option: ChoiceOption) -> dict[str, Any]:
    """Return one option; records carry its key."""
    return {
        "id": option.pk,
        "key": option.key,
        "label": option.label,
        "position": option.position,
        "color": option.color,
        "parent": option.parent.key if option.parent else None,
        "active": option.active,
        "merged_into": option.merged_into.key if option.merged_into else None,
    }
