"""Nothing grows so large that nobody reads it any more."""

from headwater.config.tests import sources

LONGEST_FILE = 500
LONGEST_FUNCTION = 60
LONGEST_TEMPLATE = 200


def test_no_file_is_too_long():
    counted = [(sources.line_count(path), path) for path in sources.written(".py", ".js", ".mjs", ".css")]
    offenders = [f"{sources.shown(path)}: {lines} lines" for lines, path in counted if lines > LONGEST_FILE]
    assert not offenders, f"more than {LONGEST_FILE} lines: {offenders}"


def test_no_function_is_too_long():
    offenders = [
        f"{sources.shown(path)} {name}: {lines} lines"
        for path in sources.written(".py")
        for name, lines in sources.functions(path)
        if lines > LONGEST_FUNCTION
    ]
    assert not offenders, f"more than {LONGEST_FUNCTION} lines: {offenders}"


def test_no_template_is_too_long():
    templates = [path for path in sources.written(".html", ".txt", ".xml") if "templates" in path.parts]
    counted = [(sources.line_count(path), path) for path in templates]
    offenders = [f"{sources.shown(path)}: {lines}" for lines, path in counted if lines > LONGEST_TEMPLATE]
    assert not offenders, f"more than {LONGEST_TEMPLATE} lines: {offenders}"
