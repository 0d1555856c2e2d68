"""The parts of the shell that are the same on page after page, written once for each reader."""

from secrets import token_hex
from typing import Any

from django.utils.translation import get_language
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from headwater.lib.memo import shared

# What differs from page to page stands in a kept part as a word that nobody can guess or type.
_FORM_TOKEN, _HERE = token_hex(), token_hex()


@pass_context
def shell_part(context: Context, template: str) -> Markup:
    """Return a part of the shell as its reader last saw it, as long as no right, name or setting changed.

    The template sees ``shell``, ``user``, ``csrf_input`` and ``here``, the address of the page, and must
    depend on nothing else than these and the menu's current place.
    """
    shell, user = context["shell"], context["user"]
    icons = context.resolve("asset")("icons.svg")
    parts = _parts(user.pk, get_language(), shell.current_place, icons)
    if template not in parts:
        given: dict[str, Any] = {
            "shell": shell,
            "user": user,
            "csrf_input": _FORM_TOKEN,
            "here": _HERE,
        }
        parts[template] = context.environment.get_template(template).render(given)
    text = parts[template].replace(_FORM_TOKEN, str(context["csrf_input"]))
    return Markup(text.replace(_HERE, escape(context["request"].get_full_path())))  # noqa: S704


@shared
def _parts(user_id: int, language: str, place: str, icons: str) -> dict[str, str]:
    """Return the parts kept under these words: empty at first. A part is only ever added, as a whole."""
    return {}
