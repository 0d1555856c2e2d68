"""Whom one can mention while writing a comment."""

from collections import Counter

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from headwater.access.people import choosable_people
from headwater.activities.mentions import who_cannot_see
from headwater.lib.collation import sort_key
from headwater.records.find import get_record
from headwater.web.objects import object_or_404
from headwater.web.shell import actor_of

SHOWN = 8


@require_safe
def mentions(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Return a few people whose name or e-mail holds the typed words, and what to write for each.

    Who does not see the record is named as such: she could not be told.
    """
    entry, actor = object_or_404(slug), actor_of(request)
    record = get_record(actor, entry.name, pk)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    people = choosable_people(actor)
    found = people.exclude(pk=actor.user_id or 0)
    if words:
        found = found.filter(name__icontains=words) | found.filter(email__istartswith=words)
    chosen = sorted(found, key=lambda u: (not _begins(u.name, words), sort_key(u.name), u.pk))[:SHOWN]
    blind = {user.pk for user in who_cannot_see(entry.name, record.pk, [u.pk for u in chosen if u.pk])}
    namesakes = Counter(name.casefold() for name in people.values_list("name", flat=True))
    options = [
        {
            "text": user.name,
            "write": f"@{user.name if namesakes[user.name.casefold()] == 1 else user.email}",
            "hint": _("cannot see this record") if user.pk in blind else user.email,
            "blind": user.pk in blind,
        }
        for user in sorted(chosen, key=lambda u: u.pk in blind)
    ]
    return JsonResponse({"options": options})


def _begins(name: str, words: str) -> bool:
    return any(word.casefold().startswith(words.casefold()) for word in (name, *name.split()))
