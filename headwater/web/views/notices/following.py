"""Following a record from its page, or many from a list."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from headwater.activities.following import follow, follow_many
from headwater.lib import formats
from headwater.metadata.errors import FilterError
from headwater.metadata.objects import ObjectType
from headwater.records.find import find_records
from headwater.web.htmx import go_to, is_fragment
from headwater.web.objects import object_or_404
from headwater.web.queries import ListQuery, read_query
from headwater.web.shell import actor_of
from headwater.web.views.bulk import ticked

OWNED = {"field": "owner", "op": "me"}
ASSIGNED = {"field": "assignees", "op": "me"}
FOLLOWED = {"field": "followed", "op": "is_true"}
MOST = 5_000
"""So many records of a list can be followed at once: nobody hears of more."""


def followed_url(entry: ObjectType) -> str:
    """Return the address of the list of what the reader follows."""
    return ListQuery(entry, tree={"all": [FOLLOWED]}).url()


def given_url(entry: ObjectType, role: str) -> str:
    """Return the address of the list of what is the reader's, newest change first.

    ``role`` says what she is of it: owner, assignee, or both of some.
    """
    mine = {"owner": [OWNED], "assignee": [ASSIGNED], "both": [OWNED, ASSIGNED]}[role]
    known = [leaf for leaf in mine if leaf["field"] in entry.fields]
    return ListQuery(entry, tree={"any": known} if known else None, sort=("-updated_at",)).url()


@require_POST
def following(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Follow a record, or no longer."""
    entry = object_or_404(slug)
    on = request.POST.get("on") != "no"
    record = follow(actor_of(request), entry.name, pk, on=on)
    if not is_fragment(request):
        return redirect("record", slug=slug, pk=pk)
    return render(request, "records/_follow.html", {"entry": entry, "record": record, "follows": on})


@require_POST
def following_many(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Follow the ticked records of a list, or all of it; or no longer."""
    actor, entry = actor_of(request), object_or_404(slug)
    data = request.POST
    try:
        query = read_query(actor, entry, QueryDict(data.get("list", "")))
        wanted = _wanted(actor, entry, query, data)
    except FilterError as problem:
        messages.error(request, str(problem))
        return go_to(request, ListQuery(entry).url())
    on = data.get("follow") != "no"
    count = follow_many(actor, entry.name, wanted[:MOST], on=on)
    if on:
        text = ngettext("You follow %(n)s record.", "You follow %(n)s records.", count)
    else:
        text = ngettext(
            "You do not follow %(n)s record any more.", "You do not follow %(n)s records any more.", count
        )
    messages.success(request, text % {"n": formats.number(count)})
    if len(wanted) > MOST:
        most = _("At most %(n)s records can be followed at once.") % {"n": formats.number(MOST)}
        messages.error(request, most)
    answer = go_to(request, query.url(after=query.after))
    answer.headers["HX-Trigger"] = "selection-used"
    return answer


def _wanted(actor: Any, entry: ObjectType, query: ListQuery, data: QueryDict) -> list[int]:
    if not data.get("all"):
        return sorted(ticked(entry, data))
    found = find_records(actor, entry.name, query.parsed(), search=query.search)
    return list(found.order_by("-created_at", "-id").values_list("pk", flat=True)[: MOST + 1])
