"""Who can see a record, and why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headwater.access.explanation import viewers
from headwater.records.find import get_record
from headwater.web.htmx import is_fragment
from headwater.web.objects import object_or_404, title_of
from headwater.web.shell import actor_of


@require_safe
def viewers_of(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Name everybody who sees the record, with the reason and what else each may do."""
    entry = object_or_404(slug)
    record = get_record(actor_of(request), entry.name, pk)
    context = {
        "entry": entry,
        "record": record,
        "title": title_of(entry, record),
        "viewers": viewers(entry.name, record.pk, record.owner_id),
    }
    template = "records/_viewers.html" if is_fragment(request) else "records/viewers.html"
    return render(request, template, context)
