"""Settings pages: a person's own, and the company's for administrators."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the settings, for phones and for those who look around."""
    return render(request, "settings/index.html")
