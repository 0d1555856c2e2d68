"""docs/security.md says which attacks are tried and by which tests; this is what makes it true."""

import ast
import re

from headwater.config.tests import sources

PAGE = (sources.ROOT / "docs" / "security.md").read_text()
REQUIRED = {*range(1, 9), 10, 11, 12, 14, 15, 16, 17, 19, 20, 33, 46, 47, 48, 62, 63}
NOT_YET = {11}
"""What is attacked does not exist: there are no automations."""

ROW = re.compile(r"^\| (\d+) \| .+ \| (.+) \|$", re.MULTILINE)
FILE = re.compile(r"`([\w/]+\.py)`")


def tried() -> dict[int, set[str]]:
    """Return the files of the tests that are marked, by the number of the attack."""
    found: dict[int, set[str]] = {}
    for path in sources.written(".py"):
        if not sources.is_test(path):
            continue
        for node in ast.walk(sources.tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.attack":
                for number in node.args:
                    name = sources.shown(path).removeprefix("headwater/")
                    found.setdefault(ast.literal_eval(number), set()).add(name)
    return found


def said() -> dict[int, set[str]]:
    return {int(number): set(FILE.findall(tests)) for number, tests in ROW.findall(PAGE)}


def test_every_attack_that_must_be_withstood_is_tried():
    assert tried().keys() >= REQUIRED - NOT_YET, "mark a test with @pytest.mark.attack(number)"


def test_the_page_names_the_tests_of_every_attack():
    assert {number: files for number, files in said().items() if files} == tried()
    assert said().keys() >= REQUIRED
