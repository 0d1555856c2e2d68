"""Small words and signs of the timeline."""

from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.activities.sentences import Change
from headwater.activities.timeline import Item
from headwater.metadata import registry

_ICONS = {"created": "plus", "deleted": "trash", "restored": "restore"}


def timeline_icon(item: Item) -> str:
    """Return the sign of a kind of entry."""
    return _ICONS.get(item.verb, "pencil" if item.changes else "history")


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
