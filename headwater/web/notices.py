"""Notices by mail about what people do on pages and through the API."""

from django.urls import reverse

from headwater.reports.sharing import Shared
from headwater.users.actor import Actor
from headwater.users.notices import notify_shared

PAGES = {"report": "report", "dashboard": "dashboard"}
"""The name of the page that shows a thing, by its kind; what has none is not announced."""


def tell_readers(shared: Shared) -> None:
    """Tell the people something was shared with, where it has a page."""
    if page := PAGES.get(shared.kind):
        path = reverse(page, args=[shared.pk])
        notify_shared(Actor(user=shared.by), shared.users, shared.name, path)
