"""Small words and signs of the timeline."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.activities.models import Event
from headwater.activities.sentences import Change
from headwater.activities.timeline import Item
from headwater.lib import formats
from headwater.metadata import registry
from headwater.users import organization

_ICONS = {"created": "plus", "deleted": "trash", "restored": "restore"}


_EVENT_ICONS = {
    ("call", "outgoing"): "phone-outgoing",
    ("call", "incoming"): "phone-incoming",
    ("meeting", ""): "users",
    ("other", ""): "calendar",
}


def timeline_icon(item: Item) -> str:
    """Return the sign of a kind of entry."""
    if item.event:
        return _EVENT_ICONS[item.event.event.kind, item.event.event.direction]
    return _ICONS.get(item.verb, "pencil" if item.changes else "history")


def event_choices() -> list[tuple[str, str]]:
    """Return what can be logged, as its form offers it; the words are those of ``views.timeline``."""
    return [
        ("outgoing", _("Outgoing call")),
        ("incoming", _("Incoming call")),
        ("meeting", _("Meeting")),
        ("other", pgettext("something that happened", "Other")),
    ]


def event_line(event: Event) -> str:
    """Say when an event was, and how long it took."""
    at = formats.instant(event.at, organization.zone())
    return f"{at} · {formats.duration(event.minutes * 60)}" if event.minutes else at


def fields_of(item: Item) -> list[Change]:
    """Return the changed values to show: none when the sentence says them all."""
    changes = [change for change in item.changes if change.reference is None]
    said = all(change.before in item.sentence and change.after in item.sentence for change in changes)
    return [] if said and item.verb != "created" else changes


def door_label(item: Item) -> str:
    """Say through which door a change came."""
    if item.door == "import":
        return _("import #%(number)s") % {"number": item.import_number or ""}
    return door_name(item.door)


def door_name(door: str) -> str:
    """Name a door."""
    labels = {
        "ui": _("by hand"),
        "api": _("API"),
        "import": _("import"),
        "automation": _("automation"),
        "system": _("system"),
    }
    return labels.get(door, door)


def record_url(object_name: str, pk: int) -> str:
    """Return the address of a record's page."""
    return reverse("record", args=[registry.get(object_name).slug, pk])
