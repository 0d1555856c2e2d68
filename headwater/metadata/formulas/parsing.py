"""From the text of a formula to its parts.

A parser by the strength of operators, of our own: the language has six levels and nothing that runs,
and each error must say at which character what is wrong in the administrator's language.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from headwater.metadata.formulas.errors import FormulaError
from headwater.metadata.formulas.functions import FUNCTIONS
from headwater.metadata.formulas.tokens import Token, tokens_of
from headwater.metadata.formulas.types import Call, Literal, Name, Node, Operation, walk

DEEPEST = 30
MOST_PARTS = 120
_STRENGTH = (
    {"or": 1, "and": 2}
    | dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), 4)
    | {"+": 5, "-": 5, "*": 6, "/": 6}
)
_NOT, _COMPARING, _MINUS = 3, 4, 7
_WORDS = {"true": True, "false": False}


@dataclass(frozen=True)
class Formula:
    """A formula that has been read: its text, its parts and the keys of the fields it reads."""

    text: str
    root: Node
    keys: frozenset[str]


@lru_cache(maxsize=512)
def parse(text: str) -> Formula:
    """Read a formula. Raises FormulaError, whatever the text is."""
    reader = _Reader(list(tokens_of(text)))
    root = reader.read(0, 0)
    reader.expect_end()
    return Formula(text, root, frozenset(part.key for part in walk(root) if isinstance(part, Name)))


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.at, self.parts = tokens, 0, 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.next
        self.at += token.kind != "end"
        return token

    def is_next(self, sign: str) -> bool:
        return self.next.kind in ("sign", "word") and self.next.value == sign

    def expect(self, sign: str) -> None:
        if not self.is_next(sign):
            if self.next.kind == "end":
                raise FormulaError(self.next.position, _("“%(sign)s” is missing.") % {"sign": sign})
            raise self.surprised()
        self.take()

    def expect_end(self) -> None:
        if self.next.kind != "end":
            raise self.surprised()

    def surprised(self) -> FormulaError:
        if self.next.kind == "end":
            return FormulaError(self.next.position, _("something is missing."))
        return FormulaError(
            self.next.position, _("“%(word)s” means nothing here.") % {"word": self.next.value}
        )

    def read(self, weakest: int, depth: int) -> Node:
        """Read as far as the operators are at least so strong."""
        self.count(depth)
        left = self.read_first(depth)
        while self.next.kind in ("sign", "word"):
            sign = str(self.next.value)
            strength = _STRENGTH.get(sign, 0)
            if not strength or strength < weakest:
                break
            position = self.take().position
            left = Operation(position, sign, (left, self.read(strength + 1, depth + 1)))
            if strength == _COMPARING and _STRENGTH.get(str(self.next.value)) == _COMPARING:
                message = _("compare two things at a time and join comparisons by “and”.")
                raise FormulaError(self.next.position, message)
        return left

    def count(self, depth: int) -> None:
        self.parts += 1
        if depth > DEEPEST or self.parts > MOST_PARTS:
            raise FormulaError(self.next.position, _("this formula is too long or too deep."))

    def read_first(self, depth: int) -> Node:
        token = self.take()
        if token.kind in ("number", "text"):
            return Literal(token.position, token.value)
        if token.kind == "word" and token.value == "not":
            return Operation(token.position, "not", (self.read(_NOT, depth + 1),))
        if token.kind == "sign" and token.value == "-":
            return Operation(token.position, "minus", (self.read(_MINUS, depth + 1),))
        if token.kind == "sign" and token.value == "(":
            inner = self.read(0, depth + 1)
            self.expect(")")
            return inner
        if token.kind == "word" and token.value not in ("and", "or"):
            return self.read_word(token, depth)
        self.at -= token.kind != "end"
        raise self.surprised()

    def read_word(self, token: Token, depth: int) -> Node:
        word = str(token.value)
        if not self.is_next("("):
            return Literal(token.position, _WORDS[word]) if word in _WORDS else Name(token.position, word)
        if word not in FUNCTIONS:
            known = {"word": word[:60], "known": ", ".join(FUNCTIONS)}
            message = _("there is no function “%(word)s”; use one of: %(known)s.") % known
            if word in ("today", "now"):
                message = _("what is stored does not follow the calendar: filter by “older than” instead.")
            raise FormulaError(token.position, message)
        self.take()
        parts: list[Node] = []
        while not self.is_next(")"):
            if parts:
                self.expect(",")
            parts.append(self.read(0, depth + 1))
        self.take()
        return Call(token.position, word, tuple(parts))
