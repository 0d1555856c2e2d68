"""The option lists that choice fields offer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.lib.collation import sort_key
from headwater.metadata import choices
from headwater.metadata.errors import BadValue
from headwater.metadata.models import ChoiceOption
from headwater.metadata.options import change_option
from headwater.web.palette import COLORS
from headwater.web.views.settings.forms import administrators_only


@require_safe
@administrators_only
def choice_lists(request: HttpRequest) -> HttpResponse:
    """Show every list with the number of its active options."""
    found = [
        (entry, sum(option.active for option in choices.options_of(entry.name))) for entry in choices.lists()
    ]
    found.sort(key=lambda pair: sort_key(str(pair[0].label)))
    return render(request, "settings/choice_lists.html", {"lists": found})


def _list(slug: str) -> choices.ChoiceList:
    found = choices.list_by_slug(slug)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@administrators_only
def choice_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one list; a post appends an option."""
    found = _list(slug)
    error = ""
    if request.method == "POST":
        try:
            choices.add_option(found.name, request.POST.get("label", ""))
        except BadValue as problem:
            error = problem.message
        else:
            return redirect("choice_list", slug=slug)
    options = ChoiceOption.objects.filter(list=found.name)
    context = {
        "list": found,
        "options": options,
        "error": error,
        "colors": COLORS,
        "typed": request.POST.get("label", ""),
    }
    return render(request, "settings/choice_list.html", context, status=422 if error else 200)


@require_POST
@administrators_only
def choice_option(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Rename, color, move or switch an option."""
    found = _list(slug)
    color = request.POST.get("color", "")
    try:
        change_option(
            found.name,
            pk,
            label=request.POST.get("label", ""),
            color=color if color in dict(COLORS) else "",
            active=request.POST.get("active") == "true",
            move={"up": -1, "down": 1}.get(request.POST.get("move", ""), 0),
        )
    except BadValue as problem:
        messages.error(request, problem.message)
    except LookupError:
        raise Http404 from None
    return redirect("choice_list", slug=slug)
