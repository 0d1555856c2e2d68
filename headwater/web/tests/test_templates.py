"""What holds for every template."""

import re
from pathlib import Path

import pytest
from django.template import engines
from markupsafe import Markup

from headwater.metadata import registry
from headwater.web import jinja

TEMPLATES = jinja.WEB / "templates"
FILES = sorted(TEMPLATES.rglob("*.html"))
INLINE = re.compile(r"""<style|\sstyle=["']|\son\w+=["']|hx-on|["']js:|javascript:|<script(?![^>]*\ssrc=)""")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_can_be_read_and_holds_no_inline_code(path: Path) -> None:
    engines["jinja2"].get_template(str(path.relative_to(TEMPLATES)))
    if path.parent.name != "mail":  # no style sheet of ours reaches a mail
        assert not INLINE.findall(path.read_text())


def test_texts_are_escaped() -> None:
    template = engines["jinja2"].from_string("{{ word }} {{ _('Hello %(name)s', name=word) }}")
    assert template.render({"word": "<b>"}) == "&lt;b&gt; Hello &lt;b&gt;"


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    text = "\n".join(path.read_text() for path in FILES)
    named = set(re.findall(r"""icon\("([\w-]+)"|icon_name="([\w-]+)\"""", text))
    found = {name for pair in named for name in pair if name}
    found |= {entry.icon for entry in registry.objects()}
    assert found <= jinja.icon_names()
    assert len(found) > 20


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(jinja.UnknownIcon):
        jinja.icon("no-such-icon")


def test_an_icon_with_a_name_is_read_out() -> None:
    assert 'aria-label="&lt;b&gt;"' in jinja.icon("star", "<b>")
    assert 'aria-hidden="true"' in jinja.icon("star")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna Bērziņa", "AB"),
        ("anna", "A"),
        ("Anna Maria de Vries", "AV"),
        ("  ", "?"),
        ("(x) Corp", "C"),
        ("สมชาย", "ส"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert jinja.initials(name) == letters


def test_markup_of_a_cell_is_not_escaped_twice() -> None:
    template = engines["jinja2"].from_string("{{ cell }}")
    assert template.render({"cell": Markup("<td>x</td>")}) == "<td>x</td>"
