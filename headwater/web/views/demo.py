"""How far loading or removing the demonstration has come, and taking it away."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.jobs.models import Job
from headwater.jobs.services import get_job
from headwater.web.demo import demo
from headwater.web.htmx import go_to, is_fragment
from headwater.web.shell import actor_of
from headwater.web.views.settings.forms import administrators_only

DEMO_JOB = "demo_job"
"""Where the session keeps the number of the job that somebody waits for."""


def running_job(request: HttpRequest) -> Job | None:
    """Return the job while it is not finished; afterwards the session forgets it."""
    number = request.session.get(DEMO_JOB)
    if number is None:
        return None
    try:
        job = get_job(number)
    except Job.DoesNotExist:
        job = None
    if job is None or job.state not in Job.UNFINISHED:
        del request.session[DEMO_JOB]
        if job is not None and job.state == Job.State.FAILED:
            messages.error(request, _("The demonstration data could not be completed."))
        return None
    return job


@require_safe
def progress(request: HttpRequest) -> HttpResponseBase:
    """Show how far the job is; when it is done, show the page with what it brought."""
    job = running_job(request)
    if job is None or not is_fragment(request):
        return go_to(request, reverse("home"))
    context: dict[str, Any] = {"demo_job": job}
    return render(request, "pages/_demo.html", context)


@require_POST
@administrators_only
def removal(request: HttpRequest) -> HttpResponse:
    """Take the demonstration away, in the background."""
    user = actor_of(request).user
    assert user is not None
    request.session[DEMO_JOB] = demo().remove(user)
    return redirect("home")
