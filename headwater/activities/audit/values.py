"""Values of settings in words: names instead of numbers, labels instead of keys."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.activities.sentences import LONGEST_SHOWN, Change
from headwater.history.models import HistoryEntry
from headwater.lib import formats
from headwater.users import organization
from headwater.users.models import Audited
from headwater.users.models.audited import name_of

Titles = Mapping[str, Mapping[int, str]]

# What the models name for nobody but us, and the audit shows all the same.
_NAMES = {
    "accepted_at": gettext_lazy("Accepted at"),
    "accepted_by": gettext_lazy("Accepted by"),
    "action": gettext_lazy("Action"),
    "audience": gettext_lazy("Shared with"),
    "count": gettext_lazy("Number"),
    "dashboard": gettext_lazy("Dashboard"),
    "filter": gettext_lazy("Filter"),
    "points": gettext_lazy("Points"),
    "is_active": gettext_lazy("Active"),
    "expires_at": gettext_lazy("Expires at"),
    "hash": gettext_lazy("Key"),
    "height": gettext_lazy("Height"),
    "invited_by": gettext_lazy("Invited by"),
    "is_administrator": gettext_lazy("Administrator"),
    "key": gettext_lazy("Key"),
    "label": gettext_lazy("Name"),
    "list": gettext_lazy("Choice list"),
    "object": gettext_lazy("Object"),
    "origin": gettext_lazy("Origin"),
    "owner": gettext_lazy("Owner"),
    "parent": gettext_lazy("Parent"),
    "password": gettext_lazy("Password"),
    "pipeline": gettext_lazy("Pipeline"),
    "position": gettext_lazy("Position"),
    "prefix": gettext_lazy("Beginning"),
    "preset": gettext_lazy("Template"),
    "report": gettext_lazy("Report"),
    "revoked_at": gettext_lazy("Revoked at"),
    "role": gettext_lazy("Role"),
    "session_number": gettext_lazy("Ended sign-ins"),
    "settings": gettext_lazy("Settings"),
    "team": gettext_lazy("Team"),
    "user": gettext_lazy("User"),
    "width": gettext_lazy("Width"),
}


@cache
def settings_models() -> dict[str, type[Audited]]:
    """Return the tables of settings by the name under which history keeps them."""
    return {name_of(model): model for model in apps.get_models() if issubclass(model, Audited)}


def titles_of_settings(entries: Iterable[HistoryEntry]) -> Titles:
    """Return what the settings that the entries are about, or mention, are called: one query per table."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        model = settings_models().get(entry.object)
        if model is None:
            continue
        wanted[entry.object].add(entry.record_id)
        for key, values in entry.changes.items():
            field = _field(model, key)
            if isinstance(field, models.ForeignKey):
                numbers = {value for value in values if isinstance(value, int)}
                wanted[name_of(field.related_model)] |= numbers
    known = settings_models()
    return {
        name: {pk: str(row) for pk, row in known[name]._base_manager.in_bulk(list(numbers)).items()}
        for name, numbers in wanted.items()
        if name in known
    }


def title_of_setting(entry: HistoryEntry, titles: Titles) -> str:
    """Return what the setting is called now, or was called when it was deleted."""
    if title := titles.get(entry.object, {}).get(entry.record_id):
        return title
    for key in ("name", "label", "email", "currency"):
        for value in reversed(entry.changes.get(key, [])):
            if isinstance(value, str) and value:
                return value
    return f"#{entry.record_id}" if entry.record_id else ""


def changes_of_setting(entry: HistoryEntry, titles: Titles) -> list[Change]:
    """Return what changed, in the order of the table's fields."""
    model = settings_models()[entry.object]
    order = {field.name: at for at, field in enumerate(model._meta.concrete_fields)}
    changes = sorted(entry.changes.items(), key=lambda item: (order.get(item[0], 99), item[0]))
    return [
        Change(key, _label(model, key), _shown(model, key, before, titles), _shown(model, key, after, titles))
        for key, (before, after) in changes
    ]


def _field(model: type[models.Model], key: str) -> models.Field[Any, Any] | None:
    try:
        found = model._meta.get_field(key)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None


def _label(model: type[models.Model], key: str) -> str:
    field = _field(model, key)
    named = field is not None and str(field.verbose_name) != key.replace("_", " ")
    text = str(field.verbose_name) if field is not None and named else str(_NAMES.get(key, key))
    return str(capfirst(text.replace("_", " ")))


def _shown(model: type[models.Model], key: str, value: Any, titles: Titles) -> str:
    field = _field(model, key)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(field, models.ForeignKey) and isinstance(value, int):
        return titles.get(name_of(field.related_model), {}).get(value, f"#{value}")
    if isinstance(field, models.DateTimeField):
        return formats.instant(datetime.fromisoformat(value), organization.zone())
    labels = dict(field.flatchoices) if field is not None else {}
    if isinstance(value, (str, int)) and value in labels:
        return str(labels[value])
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
