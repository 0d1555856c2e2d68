"""Managers may make labels; whoever administers may anyway."""

from typing import Any

from django.db import migrations


def let_managers(apps: Any, schema_editor: Any) -> None:
    apps.get_model("users", "Role").objects.filter(key="manager").update(makes_labels=True)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_grants_of_assignees"),
        ("users", "0017_makes_labels"),
    ]

    operations = [migrations.RunPython(let_managers, migrations.RunPython.noop)]
