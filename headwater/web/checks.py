"""System checks of the surface."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning, register

from headwater.web.jinja import MANIFEST


@register("headwater")
def check_front_end(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Pages without the bundle have no styles and no behaviour."""
    if MANIFEST.exists():
        return []
    return [
        Warning(
            "The front end is not built.",
            hint="bin/run builds it; by hand: npm ci, then node build.mjs.",
            id="headwater.web.W001",
        )
    ]
