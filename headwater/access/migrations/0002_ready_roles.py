"""The three roles every installation starts with."""

from typing import Any, ClassVar

from django.db import migrations

READY_ROLES = {
    "administrator": ("Administrator", True, {}),
    "manager": (
        "Manager",
        False,
        {
            "see": "team_and_below",
            "create": "all",
            "edit": "team_and_below",
            "delete": "team_and_below",
            "export": "team_and_below",
            "import": "all",
            "bulk": "team_and_below",
            "assign": "team_and_below",
        },
    ),
    "salesperson": (
        "Salesperson",
        False,
        {
            "see": "team",
            "create": "all",
            "edit": "own",
            "delete": "none",
            "export": "own",
            "import": "none",
            "bulk": "own",
            "assign": "team",
        },
    ),
}


def forwards(apps: Any, schema_editor: Any) -> None:
    role_model = apps.get_model("users", "Role")
    right_model = apps.get_model("access", "RoleRight")
    for key, (label, is_administrator, rights) in READY_ROLES.items():
        role, _made = role_model.objects.get_or_create(
            key=key, defaults={"label": label, "is_administrator": is_administrator}
        )
        for action, scope in rights.items():
            right_model.objects.get_or_create(role=role, object="*", action=action, defaults={"scope": scope})


class Migration(migrations.Migration):
    dependencies: ClassVar = [("access", "0001_initial"), ("users", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(forwards, migrations.RunPython.noop)]
