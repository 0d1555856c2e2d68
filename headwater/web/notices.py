"""Notices by mail about what people do on pages and through the API."""

from django.urls import reverse

from headwater.reports.limits import Usage
from headwater.reports.sharing import Shared
from headwater.users.actor import Actor
from headwater.users.models import User
from headwater.users.notices import notify_limit, notify_shared

PAGES = {"report": "report", "dashboard": "dashboard"}
"""The name of the page that shows a thing, by its kind; what has none is not announced."""


def tell_readers(shared: Shared) -> None:
    """Tell the people something was shared with, where it has a page."""
    if page := PAGES.get(shared.kind):
        path = reverse(page, args=[shared.pk])
        notify_shared(Actor(user=shared.by), shared.users, shared.name, path)


def tell_administrators(person: User, usage: Usage) -> None:
    """Tell administrators that somebody comes near the most reports, or has them."""
    notify_limit(person, count=usage.count, most=usage.most, url=reverse("limits"))
