"""The template environment: Jinja2 for every page, the sign-in pages of allauth included.

Templates see ``url``, ``asset``, ``icon`` and the display filters below besides what Django
gives them (``request``, ``csrf_input``) and the context processor ``web.shell.context``.
"""

import datetime as dt
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, ngettext, pgettext
from jinja2 import Environment, Undefined
from markupsafe import Markup, escape

from headwater.lib import calendars, clock, formats, typed_durations, typed_numbers
from headwater.users import organization
from headwater.web.addresses import url
from headwater.web.settings_menu import settings_menu
from headwater.web.shell_parts import shell_part
from headwater.web.signin.company import company_accounts
from headwater.web.timeline_words import (
    door_label,
    event_choices,
    event_line,
    fields_of,
    record_url,
    timeline_icon,
)

WEB = Path(__file__).parent
MANIFEST = WEB / "static" / "dist" / "manifest.json"
TONES = 6


class UnknownIcon(ValueError):
    """A template names an icon that the sprite does not have: add it to assets/icons.json."""


def environment(**options: Any) -> Environment:
    """Build the environment; Django calls this once per process."""
    options |= {"undefined": Undefined, "autoescape": True}  # the same in development as in production
    env = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701
    env.install_gettext_callables(gettext, ngettext, newstyle=True, pgettext=pgettext)  # type: ignore[attr-defined]
    env.globals.update(gettext=words, _=words)
    env.globals.update(
        url=url,
        file_limit=lambda: settings.FILE_BYTES,
        asset=asset,
        icon=icon,
        shell_part=shell_part,
        when=when,
        tone=tone,
        initials=initials,
        typing=typing,
        messages=get_messages,
        settings_menu=settings_menu,
        company_accounts=company_accounts,
        password_length=settings.PASSWORD_LENGTH,
    )
    env.globals.update(
        door_label=door_label,
        event_choices=event_choices,
        event_line=event_line,
        fields_of=fields_of,
        record_url=record_url,
        timeline_icon=timeline_icon,
    )
    env.filters.update(
        day=formats.date,
        number=formats.number,
        percent=formats.percent,
        instant=instant,
        file_size=formats.file_size,
        compact_json=compact_json,
    )
    return env


def words(message: str, /, **values: Any) -> Markup:
    """Translate, and fill in values, escaped. A page says a hundred things, most of them on every page."""
    return _sentence(get_language(), message) % values if values else _words(get_language(), message)


@lru_cache(maxsize=8192)
def _sentence(language: str, message: str) -> Markup:
    return Markup(gettext(message))  # noqa: S704


@lru_cache(maxsize=8192)
def _words(language: str, message: str) -> Markup:
    return _sentence(language, message) % {}


@lru_cache(maxsize=1)
def _read_manifest(changed: float) -> dict[str, str]:
    found: dict[str, str] = json.loads(MANIFEST.read_text())
    return found


def manifest() -> dict[str, str]:
    """Return the built files by plain name; empty while the front end is not built (web.W001 says so)."""
    try:
        return _read_manifest(MANIFEST.stat().st_mtime)
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=64)
def _asset(name: str, changed: float) -> str:
    return static(f"dist/{_read_manifest(changed)[name]}")


@lru_cache(maxsize=1)
def _built_at_start() -> float:
    return MANIFEST.stat().st_mtime


def asset(name: str) -> str:
    """Return the address of a built file, such as ``app.js``; only in development may it change."""
    try:
        return _asset(name, MANIFEST.stat().st_mtime if settings.DEBUG else _built_at_start())
    except FileNotFoundError:
        return static(f"dist/{name}")


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """Return the icons that the sprite holds."""
    return frozenset(json.loads((WEB / "assets" / "icons.json").read_text()))


def icon(name: str, label: str = "") -> str:
    """Return an icon of the sprite; with a label it is read out, without it is decoration."""
    if name not in icon_names():
        raise UnknownIcon(name)
    return _drawing(f"{asset('icons.svg')}#{name}", str(label))


@lru_cache(maxsize=1024)
def _drawing(href: str, label: str) -> str:
    if label:
        return format_html(
            '<svg class="ti" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href
        )
    return format_html('<svg class="ti" aria-hidden="true"><use href="{}"></use></svg>', href)


def instant(value: dt.datetime) -> str:
    """Show a moment to the minute in the organization's zone."""
    return formats.instant(value, organization.zone())


def when(value: dt.datetime | None) -> Markup | str:
    """Show the distance to a moment, with the exact time on hover."""
    if value is None:
        return ""
    exact, distance = escape(instant(value)), escape(formats.relative(value, clock.now()))
    stamp = value.isoformat(timespec="seconds")
    return Markup(f'<time datetime="{stamp}" title="{exact}">{distance}</time>')  # noqa: S704


def typing(kind: str, value: object) -> Markup:
    """Return the attributes with which an input takes a value of its type.

    Browsers' own date inputs count years as the browser does: who counts otherwise types.
    """
    attributes = {"type": kind, "value": str(value)}
    if kind in ("integer", "decimal"):  # browsers' own number inputs write numbers as the browser does
        shown = typed_numbers.for_typing(value if isinstance(value, str) else str(value))
        mode = "numeric" if kind == "integer" else "decimal"
        attributes = {"type": "text", "value": shown, "inputmode": mode, "autocomplete": "off"}
    if kind == "duration":
        shown = typed_durations.for_typing(value if isinstance(value, str) else str(value))
        attributes = {"type": "text", "value": shown, "placeholder": "1:30", "autocomplete": "off"}
    if kind in ("date", "datetime-local") and calendars.current() != calendars.GREGORIAN:
        example = calendars.for_typing("2026-03-18" if kind == "date" else "2026-03-18T14:30")
        attributes = {"type": "text", "value": calendars.for_typing(str(value)), "placeholder": example}
        attributes |= {"data-typed": kind, "autocomplete": "off"}
    return Markup(xmlattr(attributes))  # noqa: S704


def xmlattr(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())


def compact_json(value: Any) -> str:
    """Write JSON without spaces, for addresses and hidden fields (escaping is the template's)."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def tone(text: object) -> int:
    """Choose one of the avatar colors, always the same for the same text."""
    return sum(str(text).encode()) % TONES


def initials(text: object) -> str:
    """Return up to two letters for an avatar."""
    words = [word for word in str(text).split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
