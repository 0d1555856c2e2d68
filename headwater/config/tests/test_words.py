"""Words that some rooms may not use."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.config.tests import sources

MAY_SAY_UNSCOPED = (
    "headwater/records/",
    "headwater/access/",
    "headwater/history/",
    "headwater/transfer/",
    "headwater/reports/",
    "headwater/config/",
    "bench/",
    # says for all of these how it is reached: ``ObjectType.unscoped``
    "headwater/metadata/objects.py",
    # below the doors, with the reader's visibility handed in
    "headwater/metadata/filters/nodes.py",
    "headwater/metadata/titles.py",
    # the rule of visibility of an object that has no owner of its own
    "headwater/customers/addresses.py",
)
"""Where the unguarded manager may be used; models may declare it."""

BUSINESS = re.compile(
    r"^(leads?|opportunit(y|ies)|customers?|contacts?|suppliers?|quotations?|invoices?)$", re.IGNORECASE
)
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def names(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and text of every identifier."""
    for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
        if token.type == tokenize.NAME:
            yield token.start[0], token.string


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and content of every text that is not a docstring."""
    tree = sources.tree(path)
    said = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


def business_words(text: str) -> list[str]:
    """Return the names of business objects among the words of an identifier or text."""
    return [word for word in WORD.findall(text) if BUSINESS.match(word)]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("entry.unscoped.count()", True),
        ("registry.whole(name).unscoped", True),
        ("Lead.unscoped", True),
        ("'unscoped'  # unscoped", False),
    ],
)
def test_unscoped_is_seen_wherever_code_says_it(tmp_path, text, seen):
    path = tmp_path / "room.py"
    path.write_text(text)
    assert ("unscoped" in [name for _line, name in names(path)]) == seen


def test_unscoped_is_said_only_where_it_may_be():
    offenders = [
        f"{sources.shown(path)}:{line}"
        for path in sources.written(".py")
        if not sources.is_test(path)
        and not sources.shown(path).startswith(MAY_SAY_UNSCOPED)
        and "models" not in (path.stem, path.parent.name)
        for line, name in names(path)
        if name == "unscoped"
    ]
    assert not offenders, f"read through records.find instead: {offenders}"


@pytest.mark.parametrize("engine", sources.ENGINES)
def test_engines_name_no_business_object(engine):
    offenders = [
        f"{sources.shown(path)}:{line} {' '.join(found)}"
        for path in sources.written(".py")
        if sources.room_of(path) == engine and not sources.is_test(path)
        for line, text in [*names(path), *texts(path)]
        if (found := business_words(text))
    ]
    assert not offenders, f"an engine serves every object alike: {offenders}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lead", ["lead"]),
        ("lead_count", ["lead"]),
        ("LeadStatus", ["Lead"]),
        ("the customers of", ["customers"]),
        ("leading", []),
        ("contactless_misleads", []),
    ],
)
def test_business_words_are_found_whole(text, found):
    assert business_words(text) == found
