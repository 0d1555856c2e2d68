"""What no file may import, wherever it lies; import contracts hold the rest."""

import ast
import sys
from pathlib import Path

from headwater.config.tests import sources

SIGNALS = ("django.db.models.signals", "django.dispatch", "django.core.signals", "django.test.signals")


def imported(path: Path) -> set[str]:
    """Return every module and member a file imports, dotted."""
    found = set()
    for node in ast.walk(sources.tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_nobody_listens_to_signals():
    offenders = [
        f"{sources.shown(path)}: {name}"
        for path in sources.written(".py")
        for name in imported(path)
        if name.startswith(SIGNALS)
    ]
    assert not offenders, f"call the service, or read history: {offenders}"


def test_the_launcher_needs_only_the_standard_library():
    """It runs before any package is installed."""
    offenders = [
        f"{sources.shown(path)}: {name}"
        for path in sources.written(".py")
        if sources.shown(path).startswith("launch/") and not sources.is_test(path)
        for name in imported(path)
        if name.partition(".")[0] not in {*sys.stdlib_module_names, "launch"}
    ]
    assert not offenders
