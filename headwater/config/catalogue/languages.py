"""The languages that are translated into, and where their files lie."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent.parent
LOCALE = PACKAGE / "locale"
TEMPLATE = LOCALE / "django.pot"

PLURALS = {
    "th": "nplurals=1; plural=0;",
    "km": "nplurals=1; plural=0;",
    # one (1, 21), few (2-9, 22-29), none or round or teen (0, 10-20, 30): the last takes the genitive
    "lv": ("nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && (n%100<11 || n%100>19) ? 1 : 2);"),
}
"""How each forms its plurals, in gettext's words; the sources themselves are English."""

_HEADER = """\
# Headwater in the language "{language}". bin/manage write_catalogue keeps it in step with the sources;
# docs/howto/languages.md says how to translate.
msgid ""
msgstr ""
"Project-Id-Version: Headwater\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def translations(language: str) -> Path:
    """Return where a language's translations are kept."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def header(language: str) -> str:
    """Return the first lines of a language's file.

    They are ours, because Babel's tell the time of writing, which would make every file differ.
    """
    return _HEADER.format(language=language, plurals=PLURALS[language])
