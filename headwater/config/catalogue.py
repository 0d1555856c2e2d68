"""The catalogue of every string that people read, from which translations are made.

``bin/manage write_catalogue`` writes it; a test holds it against the sources.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent
FILE = PACKAGE / "locale" / "django.pot"
_METHODS = [
    ("**/tests/**", "ignore"),
    ("**/testing/**", "ignore"),
    ("**/migrations/**", "ignore"),
    ("**.py", "python"),
    ("web/templates/**.html", "jinja2"),
]
_OPTIONS = {
    "web/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}
}
_KEYWORDS = {
    "_": None,
    "say": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def extract() -> Catalog:
    """Read every string from the sources; references have no lines, so that moves change nothing."""
    catalog = Catalog(project="Headwater", charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        str(PACKAGE),
        method_map=_METHODS,
        options_map=_OPTIONS,
        keywords=_KEYWORDS,
        comment_tags=("Translators:",),
    )
    for file, _line, message, comments, context in sorted(found, key=lambda entry: (entry[0], entry[1])):
        catalog.add(message, locations=[(f"headwater/{file}", 0)], auto_comments=comments, context=context)
    return catalog


def stored() -> Catalog:
    """Return the catalogue in the repository."""
    with FILE.open("rb") as stream:
        return read_po(stream)


def write() -> None:
    """Write the catalogue, sorted by message."""
    buffer = BytesIO()
    write_po(buffer, extract(), width=110, sort_output=True, omit_header=True, include_lineno=False)
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(buffer.getvalue())
