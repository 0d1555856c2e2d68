"""The strings themselves, extracted from the sources."""

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

from headwater.config.catalogue import files, languages
from headwater.config.catalogue.borrowed import BORROWED

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
        str(languages.PACKAGE),
        method_map=_METHODS,
        options_map=_OPTIONS,
        keywords=_KEYWORDS,
        comment_tags=("Translators:",),
    )
    for file, _line, message, comments, context in sorted(found, key=lambda entry: (entry[0], entry[1])):
        catalog.add(message, locations=[(f"headwater/{file}", 0)], auto_comments=comments, context=context)
    for library, messages in BORROWED.items():
        for message in messages:
            catalog.add(message, locations=[(library, 0)])
    return catalog


def stored() -> Catalog:
    """Return the strings as the repository has them."""
    return files.read(languages.TEMPLATE)


def write() -> None:
    """Write the strings, sorted."""
    files.replace(languages.TEMPLATE, files.written(extract()))
