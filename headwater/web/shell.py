"""What every page of the shell shows: menu, new-record choices, reader."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.translation import gettext as _

from headwater.access.models import Scope
from headwater.access.rights import is_administrator, scope
from headwater.metadata import registry
from headwater.metadata.objects import ObjectType
from headwater.users import organization
from headwater.users.actor import Actor
from headwater.users.models import Organization

MENU_ORDER = ("lead", "opportunity", "customer", "contact")
"""The daily work first; objects that are not named follow in the order of the dictionary."""


def menu_objects() -> list[ObjectType]:
    """Return the objects of the menu, in its order."""
    return in_menu_order(o for o in registry.objects() if o.in_menu)


def in_menu_order(entries: Iterable[ObjectType]) -> list[ObjectType]:
    """Return objects in the order of the menu, then those that are not in it."""
    rank = {name: at for at, name in enumerate(MENU_ORDER)}
    return sorted(entries, key=lambda entry: rank.get(entry.name, len(rank)))


FIELD = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
_TOOLS = ("reports", "dashboards", "imports", "settings")


@cache
def _menu_addresses() -> frozenset[str]:
    """Return the addresses of all places that a menu can have."""
    lists = {reverse("list", args=[entry.slug]) for entry in menu_objects()}
    return frozenset({reverse("home"), *lists, *(reverse(name) for name in _TOOLS)})


@dataclass(frozen=True)
class Place:
    """An entry of the menu. ``key`` is the letter that goes there after ``g``."""

    label: str
    href: str
    icon: str
    key: str
    current: bool
    on_phone: bool = False


def actor_of(request: HttpRequest) -> Actor:
    """Return the signed-in person as the doors know her; the same one during a request."""
    known: Actor | None = getattr(request, "_headwater_actor", None)
    if known is None:
        assert request.user.is_authenticated
        known = Actor(user=request.user, door="ui")
        request._headwater_actor = known  # type: ignore[attr-defined]
    return known


class Shell:
    """Worked out only when a template asks: fragments and sign-in pages do not."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def organization(self) -> Organization:
        return organization.current()

    @property
    def theme(self) -> str:
        user = self.request.user
        return str(user.theme) if user.is_authenticated else "system"

    @cached_property
    def is_administrator(self) -> bool:
        return is_administrator(actor_of(self.request))

    def _may(self, entry: ObjectType, action: str) -> bool:
        return scope(actor_of(self.request), entry.name, action) != Scope.NONE

    @cached_property
    def creatable(self) -> list[ObjectType]:
        """The objects that the + button offers."""
        return [o for o in menu_objects() if self._may(o, "create")]

    @cached_property
    def places(self) -> list[Place]:
        """The menu, top to bottom; what the reader may not open is not there."""
        found = [self._place(_("Home"), "home", "home", "h", on_phone=True)]
        letters = {"d", "h", "r", "i", "s", "b"}
        for entry in menu_objects():
            if self._may(entry, "see"):
                letter = next((c for c in entry.slug if c not in letters), "")
                letters.add(letter)
                href = reverse("list", args=[entry.slug])
                found.append(self._at(str(entry.label_plural), href, entry.icon, letter, len(found) < 3))
        found += self._tool_places()
        return found

    def _tool_places(self) -> list[Place]:
        found = [
            self._place(_("Reports"), "reports", "chart-bar", "r", on_phone=True),
            self._place(_("Dashboards"), "dashboards", "layout-dashboard", "d"),
        ]
        if any(self._may(entry, "import") for entry in registry.objects()):
            found.append(self._place(_("Imports"), "imports", "file-import", "i"))
        return found

    @property
    def current_place(self) -> str:
        """The address of the menu's place that the page belongs to, or nothing."""
        path = self.request.path
        root = path[: path.find("/", 1) + 1] or path
        return root if root in _menu_addresses() else ""

    @cached_property
    def settings_place(self) -> Place:
        return self._place(_("Settings"), "settings", "settings", "s")

    def _place(self, label: str, name: str, icon: str, key: str, on_phone: bool = False) -> Place:
        return self._at(label, reverse(name), icon, key, on_phone)

    def _at(self, label: str, href: str, icon: str, key: str, on_phone: bool) -> Place:
        return Place(label, href, icon, key, href == self.current_place, on_phone)


def context(request: HttpRequest) -> dict[str, Any]:
    """Give every template the shell, the signed-in person, and the token that forms are checked by."""
    # Written once for a page and all its forms; Django would mask the token anew for each.
    token = SimpleLazyObject(lambda: get_token(request))
    return {
        "shell": Shell(request),
        "user": getattr(request, "user", None),
        "csrf_token": token,
        "csrf_input": SimpleLazyObject(lambda: format_html(FIELD, token)),
    }
