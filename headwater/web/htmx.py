"""How pages answer htmx."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

PAGE = {
    "target": "#page",
    "select": "#page > *",
    "selectOOB": "#side,#crumbs,#foot-bar,#toasts:beforeend",
    "swap": "innerHTML",
}
"""What a link swaps; the same as hx-boost in layout/app.html."""


def is_fragment(request: HttpRequest) -> bool:
    """Say whether a region is asked for, not a page (links of the shell ask for a page)."""
    return request.headers.get("HX-Request-Type") == "partial"


def dialog(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Show a form in the dialog of the page, whatever region asked for it."""
    response = render(request, template, context, status=status)
    response.headers["HX-Retarget"] = "#dialog"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def go_to(request: HttpRequest, address: str) -> HttpResponseBase:
    """Lead to another page, from a region too."""
    if is_fragment(request):
        return HttpResponse(headers={"HX-Location": json.dumps({"path": address, **PAGE})})
    return redirect(address)
