"""Formulas: what they give is what an independent reading of them gives; no text breaks them."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Context, Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.metadata.formulas import FormulaError, ValueType, check, evaluate, parse
from headwater.metadata.formulas.functions import FUNCTIONS

ENV: dict[str, Any] = {
    "n1": Decimal("12.5"),
    "n2": Decimal(-3),
    "n0": Decimal(0),
    "none": None,
    "t1": "Ķekava",
    "t0": "",
    "d1": date(2026, 3, 15),
    "d2": date(2024, 2, 29),
    "dn": None,
    "yes": True,
    "no": False,
}
TYPES = {"n": ValueType.NUMBER, "t": ValueType.TEXT, "d": ValueType.DATE, "y": ValueType.FLAG}
NUMBERS, TEXTS, DATES, FLAGS = ("n1", "n2", "n0", "none"), ("t1", "t0"), ("d1", "d2", "dn"), ("yes", "no")


def type_of(name: Any) -> ValueType:
    for keys, found in zip((NUMBERS, TEXTS, DATES, FLAGS), ValueType, strict=True):
        if name.key in keys:
            return found
    raise FormulaError(name.position, "unknown")


Made = tuple[str, Callable[[], Any]]
"""The text of a formula, every part of it in parentheses, and what it is worth by Python's own means."""


def made(text: str, value: Callable[[], Any]) -> Made:
    return text, value


def known(*keys: str) -> Any:
    return st.sampled_from(keys).map(lambda key: made(key, lambda: ENV[key]))


def missing(work: Callable[..., Any]) -> Callable[..., Any]:
    def worked(*parts: Any) -> Any:
        if any(part is None for part in parts):
            return None
        try:
            return work(*parts)
        except (ArithmeticError, ValueError):
            return None

    return worked


def joined(pattern: str, work: Callable[..., Any], *parts: Any) -> Any:
    return st.tuples(*parts).map(
        lambda given: made(
            pattern.format(*(text for text, _value in given)),
            lambda: work(*(value() for _text, value in given)),
        )
    )


def numbers(depth: int) -> Any:
    literal = st.sampled_from(("0", "1", "2.5", "100")).map(lambda text: made(text, lambda: Decimal(text)))
    plain = known(*NUMBERS) | literal
    if not depth:
        return plain
    one = st.deferred(lambda: numbers(depth - 1))
    return st.one_of(
        plain,
        joined("({} + {})", missing(lambda a, b: a + b), one, one),
        joined("({} - {})", missing(lambda a, b: a - b), one, one),
        joined("({} * {})", missing(lambda a, b: a * b), one, one),
        joined("({} / {})", missing(lambda a, b: a / b), one, one),
        joined("(-{})", missing(lambda a: -a), one),
        joined("abs({})", missing(abs), one),
        joined("max({}, {})", missing(max), one, one),
        joined("min({}; {})", missing(min), one, one),
        joined("coalesce({}, {})", lambda a, b: b if a is None else a, one, one),
        joined("if({}, {}, {})", lambda c, a, b: a if c else b, flags(depth - 1), one, one),
        joined(
            "days({}, {})", missing(lambda a, b: Decimal((b - a).days)), dates(depth - 1), dates(depth - 1)
        ),
        joined("len({})", lambda a: Decimal(len(a)), texts(depth - 1)),
    )


def texts(depth: int) -> Any:
    plain = known(*TEXTS) | st.just(made('"a ""b"""', lambda: 'a "b"'))
    if not depth:
        return plain
    one = st.deferred(lambda: texts(depth - 1))
    return st.one_of(
        plain,
        joined("concat({}, {})", lambda a, b: a + b, one, one),
        joined("upper({})", lambda a: a.upper(), one),
        joined("if({}, {}, {})", lambda c, a, b: a if c else b, flags(depth - 1), one, one),
    )


def dates(depth: int) -> Any:
    plain = known(*DATES) | st.just(made("date(2026, 2, 28)", lambda: date(2026, 2, 28)))
    if not depth:
        return plain
    return plain | joined("({} + n2)", missing(lambda a: a + timedelta(days=-3)), dates(depth - 1))


def flags(depth: int) -> Any:
    plain = known(*FLAGS)
    if not depth:
        return plain
    one, number = st.deferred(lambda: flags(depth - 1)), numbers(depth - 1)
    return st.one_of(
        plain,
        joined("(not {})", lambda a: not a, one),
        joined("({} and {})", lambda a, b: a and b, one, one),
        joined("({} or {})", lambda a, b: a or b, one, one),
        joined("({} < {})", lambda a, b: None not in (a, b) and a < b, number, number),
        joined("({} >= {})", lambda a, b: None not in (a, b) and a >= b, number, number),
        joined("({} = {})", lambda a, b: a is not None and a == b, number, number),
        joined("({} <> {})", lambda a, b: a is None or a != b, number, number),
        joined("empty({})", lambda a: a is None, number),
        joined("empty({})", lambda a: not a, texts(depth - 1)),
    )


@given(st.one_of(numbers(3), texts(2), dates(2), flags(3)))
def test_a_formula_gives_what_it_says(formula: Made) -> None:
    text, value = formula
    with localcontext(Context(prec=34)):
        expected = value()
    assert evaluate(parse(text).root, ENV.__getitem__) == expected
    kind = check(text, type_of)
    types = {Decimal: ValueType.NUMBER, str: ValueType.TEXT, date: ValueType.DATE, bool: ValueType.FLAG}
    assert expected is None or types[type(expected)] is kind


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3 - 4 / 2", 5),
        ("-2 * -n2", -6),
        ("10 - 3 - 2", 5),
        ("not n1 > 5 or yes", True),
        ("true or false and false", True),
        ("if(n1 > 5 and t1 = 'ķEKAVA', 1, 2)", 1),
        ("round(2.5)", 3),
        ("round(-12.345, 2)", Decimal("-12.35")),
        ("round(1250, -2)", 1300),
        ("n1 / n0", None),
        ("n1 + none", None),
        ("d1 - d2", 745),
        ("year(d1) * 100 + month(d1)", 202603),
        ("date(2026, 2, 30)", None),
        ("concat(n1, ' – ', d1)", "12.5 – 2026-03-15"),
        ('contains(t1, "KEK")', False),
        ("contains(t1, “ĶEK”)", True),
        ("d1 + 100000000000", None),
    ],
)
def test_operators_bind_as_everywhere(text: str, value: Any) -> None:
    assert evaluate(parse(text).root, ENV.__getitem__) == value


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("n1 + ", 6, "something is missing"),
        ("n1 + )", 6, "“)” means nothing"),
        ("(n1", 4, "“)” is missing"),
        ("n1 n2", 4, "“n2” means nothing"),
        ("'abc", 1, "mark that ends this text"),
        ("n1 * t1", 4, "does not go with a number and a text"),
        ("t1 + t1", 4, "concat"),
        ("if(n1, 1, 2)", 4, "yes or no is needed here, and this is a number"),
        ("if(yes, 1, t1)", 12, "a number is needed here, and this is a text"),
        ("round(1, 2, 3)", 1, "round(amount / 3, 2)"),
        ("open('/etc/passwd')", 1, "no function “open”"),
        ("n1.real", 3, "“.” means nothing"),
        ("1 < n1 < 3", 8, "two things at a time"),
        ("t1 < t1", 1, "a number or a date is needed"),
        ("n1 = t1", 6, "a number is needed here"),
        ("1234567890123456", 1, "at most 15 digits"),
        ("n1 ** 2", 5, "“*” means nothing"),
        ("", 1, "something is missing"),
        ("(" * 200, 32, "too deep"),
        ("1" + "+1" * 400, 241, "too long"),
        ("x" * 1001, 1001, "at most 1000 characters"),
    ],
)
def test_an_error_names_its_place_and_cause(text: str, place: int, words: str) -> None:
    with pytest.raises(FormulaError) as refused:
        check(text, type_of)
    assert (refused.value.position + 1, words in refused.value.message) == (place, True), (
        refused.value.message
    )


_PIECES = (
    *FUNCTIONS,
    *ENV,
    "(",
    ")",
    ",",
    "+",
    "-",
    "*",
    "/",
    "=",
    "<",
    "not ",
    "and ",
    "or ",
    "'",
    '"',
    " ",
    "9",
    ".",
)


@given(st.text() | st.lists(st.sampled_from(_PIECES), max_size=40).map("".join))
def test_no_text_breaks_the_reader(text: str) -> None:
    problem = problem_of(text)
    if problem is not None:
        assert 0 <= problem.position <= len(text)


def problem_of(text: str) -> FormulaError | None:
    try:
        evaluate(parse(text).root, ENV.get)
        check(text, type_of)
    except FormulaError as refused:
        return refused
    return None
