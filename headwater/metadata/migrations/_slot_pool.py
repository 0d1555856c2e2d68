"""The pool of slots as the first migrations made it; it stays as it is, whatever becomes of ``custom.slots``."""

from typing import Any

from django.db import models
from django.db.migrations.operations.base import Operation

_OPTIONS: dict[str, Any] = {"blank": True, "editable": False, "null": True}


def _columns() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number in range(1, 6):
        found[f"slot_date_{number}"] = models.DateField(**_OPTIONS)
        found[f"slot_number_{number}"] = models.DecimalField(decimal_places=6, max_digits=21, **_OPTIONS)
        found[f"slot_text_{number}"] = models.TextField(**_OPTIONS)
        found[f"slot_text_{number}_sort"] = models.BinaryField(**_OPTIONS)
    return found


def _indexes(model_name: str) -> list[models.Index]:
    found = []
    for number in range(1, 6):
        for family in ("text", "number", "date"):
            slot = f"{family}_{number}"
            ordered = f"slot_{slot}_sort" if family == "text" else f"slot_{slot}"
            found.append(_index(model_name, slot, f"slot_{slot}"))
            if family == "text":
                found.append(_index(model_name, f"{slot}_sort", ordered))
            found.append(_index(model_name, f"{slot}_owner", "owner", ordered))
    return found


def _index(model_name: str, name: str, *columns: str) -> models.Index:
    in_use = models.Q(("deleted_at__isnull", True), (f"{columns[-1]}__isnull", False))
    return models.Index(*columns, "id", condition=in_use, name=f"{model_name}_{name}")


class AddSlots(Operation):
    """Give a table its slots: columns that are NULL everywhere, and indexes without any row.

    One operation for all: each of Django's own would build every model anew.
    """

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: Any) -> None:
        model = state.models[app_label, self.model_name]
        model.fields |= _columns()
        model.options["indexes"] = [*model.options["indexes"], *_indexes(self.model_name)]
        state.reload_model(app_label, self.model_name, delay=True)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        for column in _columns():
            schema_editor.add_field(model, model._meta.get_field(column))
        for index in _indexes(self.model_name):
            schema_editor.add_index(model, index)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        for index in _indexes(self.model_name):
            schema_editor.remove_index(model, index)
        for column in _columns():
            schema_editor.remove_field(model, model._meta.get_field(column))

    def describe(self) -> str:
        return f"Add slots to {self.model_name}"
