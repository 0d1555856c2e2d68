"""What pickers offer while one types."""

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from headwater.access import options
from headwater.access.people import choosable_people, possible_owners
from headwater.lib.collation import sort_key
from headwater.metadata import choices, registry
from headwater.metadata.errors import BadValue, UnknownObject
from headwater.records.errors import NotFound
from headwater.records.find import find_records
from headwater.records.models import Record
from headwater.records.search.best import find_best
from headwater.users.actor import Actor
from headwater.users.models import User
from headwater.web.objects import title_of
from headwater.web.shell import actor_of

LIMIT = 20
Option = dict[str, str | int]


def _people(actor: Actor, words: str, object_name: str) -> list[Option]:
    """Return people; for an object those to whom the actor may give its records, or those she may choose."""
    if object_name == "user":
        found = choosable_people(actor)
    else:
        found = possible_owners(actor, object_name) if object_name else User.objects.filter(is_active=True)
    for word in words.split()[:4]:
        found = found.filter(name__icontains=word) | found.filter(email__icontains=word)
    people = sorted(found.distinct(), key=lambda person: (sort_key(person.name), person.pk))
    return [{"value": u.pk, "text": u.name, "hint": u.email} for u in people[:LIMIT]]


def _newest(actor: Actor, name: str) -> list[Record]:
    return list(find_records(actor, name).order_by("-created_at", "-id")[:LIMIT])


def _records(actor: Actor, name: str, words: str) -> list[Option]:
    entry = registry.get(name)
    hint = next(
        (key for key in ("email", "organization_name", "organization", "city") if key in entry.fields), ""
    )
    shown = (hint,) if hint else ()
    found = find_best(actor, name, words, LIMIT, shown).records if words else _newest(actor, name)
    return [
        {"value": r.pk, "text": title_of(entry, r), "hint": str(getattr(r, hint, "") if hint else "")}
        for r in found
    ]


def _references(name: str, words: str) -> list[Option]:
    entry = registry.get(name)
    rows = entry.model._default_manager.all()[:200]
    texts = [(row.pk, str(row)) for row in rows]
    return [{"value": pk, "text": text} for pk, text in texts if words.casefold() in text.casefold()]


def _object_named(name: str) -> str:
    return registry.get(name).name if name else ""


@require_safe
def lookup(request: HttpRequest, name: str) -> HttpResponseBase:
    """Return up to twenty records of an object, or people, whose names hold the typed words."""
    words = request.GET.get("q", "").strip()[:100]
    try:
        entry, wanted = registry.get(name), _object_named(request.GET.get("for", ""))
    except UnknownObject:
        raise NotFound("object", name) from None
    if name == "user":
        options = _people(actor_of(request), words, wanted)
    elif entry.is_record:
        options = _records(actor_of(request), name, words)
    else:
        options = _references(name, words)
    return JsonResponse({"options": options})


@require_POST
def make_option(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Add an option that somebody typed into a picker, or answer with the one of this name."""
    found = choices.list_by_slug(slug)
    if found is None:
        raise NotFound("list", slug)
    try:
        option = options.make_option(actor_of(request), found.name, request.POST.get("label", ""))
    except BadValue as problem:
        return JsonResponse({"message": problem.message}, status=422)
    return JsonResponse({"value": option.key, "text": option.label})
