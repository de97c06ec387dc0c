"""The expression language of record filters: from words to a tree. Pure.

test        = path OPERATOR literal | path "in" "(" literal, ... ")" | path "exists"
            | path ["is"] ["not"] "null" | "size" "(" path ")" COMPARISON number
OPERATOR    = == != < > <= >= contains starts matches
path        = "key" | "value" | "header" | "partition" | "offset" | "time" | "topic", then
              .name  ."a name"  ["a name"]  [0]  [*]
literal     = "text" | 'text' | 12.5 | true | false | null
expression  = tests joined by "not", "and", "or" (in falling strength) and parentheses

key contains "x" and value.order.total > 100 or header.trace == "a"
value.items[*].sku in ("A-1", "A-2") and not value.deleted exists and time > "-1h"
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from console.messages.tokens import ExpressionError, Kind, Token, tokens_of

DEPTH_MAX = 50
PATH_STEPS_MAX = 50

Literal = str | int | float | bool | None


class Root(Enum):
    """What of a record a path begins at."""

    KEY = "key"
    VALUE = "value"
    HEADER = "header"
    PARTITION = "partition"
    OFFSET = "offset"
    TIME = "time"
    TOPIC = "topic"


ROOTS = {root.value: root for root in Root} | {"headers": Root.HEADER, "timestamp": Root.TIME}
SCALARS = frozenset({Root.PARTITION, Root.OFFSET, Root.TIME, Root.TOPIC})


class Each(Enum):
    """The step `[*]`: every element."""

    ELEMENT = "*"


Step = str | int | Each


class Comparison(Enum):
    """An operator between a path and a literal."""

    EQUAL = "=="
    NOT_EQUAL = "!="
    LESS = "<"
    MORE = ">"
    AT_MOST = "<="
    AT_LEAST = ">="


class TextTest(Enum):
    """An operator between a path and a text."""

    CONTAINS = "contains"
    STARTS = "starts"
    MATCHES = "matches"


@dataclass(frozen=True, slots=True)
class Path:
    """A place in a record."""

    root: Root
    steps: tuple[Step, ...]
    column: int


@dataclass(frozen=True, slots=True)
class Compare:
    """A path or its size against a literal."""

    path: Path
    comparison: Comparison
    literal: Literal
    column: int
    is_size: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A path against a text or regular expression."""

    path: Path
    test: TextTest
    text: str
    column: int


@dataclass(frozen=True, slots=True)
class In:
    """A path against several literals."""

    path: Path
    literals: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """There is something at a path, null included."""

    path: Path


@dataclass(frozen=True, slots=True)
class Null:
    """There is null at a path, or nothing."""

    path: Path


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    parts: tuple["Node", ...]


Node = Compare | Text | In | Exists | Null | Not | And | Or


def parse_expression(text: str) -> Node:
    """The tree of an expression. Raises ExpressionError with the column."""
    parser = _Parser(tokens_of(text))
    node = parser.any_of(0)
    parser.expect_end()
    return node


_BEGINNING = re.compile(
    rf"""\s*(?:not\s+|\(\s*)*
    (?: size\s*\(
      | (?:{"|".join(ROOTS)})
        (?: [.\[] | \s*[=!<>] | \s+(?:contains|starts|matches|exists|null)\b
          | \s+in\s*[(\[] | \s+is\s+(?:not\s+)?null\b ))""",
    re.VERBOSE | re.IGNORECASE,
)


def looks_like_expression(text: str) -> bool:
    """Whether what was typed begins as an expression does, and not as a text to search for."""
    return _BEGINNING.match(text) is not None


_COMPARISONS = {each.value: each for each in Comparison}
_TEXT_TESTS = {each.value: each for each in TextTest}
_CONSTANTS: dict[str, Literal] = {"true": True, "false": False, "null": None}


class _Parser:
    """Descends through the words. Each method leaves the position behind what it has read."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def any_of(self, depth: int) -> Node:
        parts = [self._all_of(depth)]
        while self._took_name("or"):
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def expect_end(self) -> None:
        token = self._next
        if token.kind is not Kind.END:
            raise ExpressionError(f"and, or, or the end is expected, not {token}", token.column)

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _advance(self) -> Token:
        token = self._next
        if token.kind is not Kind.END:
            self._at += 1
        return token

    def _took_name(self, *names: str) -> bool:
        token = self._next
        is_there = token.kind is Kind.NAME and token.text.lower() in names
        self._at += is_there
        return is_there

    def _took_sign(self, sign: str) -> bool:
        token = self._next
        is_there = token.kind is Kind.SIGN and token.text == sign
        self._at += is_there
        return is_there

    def _expect_sign(self, sign: str) -> None:
        if not self._took_sign(sign):
            raise ExpressionError(f"{sign} is expected, not {self._next}", self._next.column)

    def _all_of(self, depth: int) -> Node:
        parts = [self._negated(depth)]
        while self._took_name("and"):
            parts.append(self._negated(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _negated(self, depth: int) -> Node:
        if depth > DEPTH_MAX:
            raise ExpressionError("nested too deeply", self._next.column)
        if self._took_name("not"):
            return Not(self._negated(depth + 1))
        if self._took_sign("("):
            node = self.any_of(depth + 1)
            self._expect_sign(")")
            return node
        return self._test()

    def _test(self) -> Node:
        if self._next.text.lower() == "size" and self._took_name("size"):
            self._expect_sign("(")
            path = self._path()
            if path.root in SCALARS:
                raise ExpressionError(f"{path.root.value} has no size", path.column)
            self._expect_sign(")")
            return self._compared(path, is_size=True)
        path = self._path()
        if self._took_name("exists"):
            return Exists(path)
        if self._took_name("is"):
            is_negated = self._took_name("not")
            if not self._took_name("null"):
                raise ExpressionError(f"null is expected, not {self._next}", self._next.column)
            return Not(Null(path)) if is_negated else Null(path)
        if self._took_name("null"):
            return Null(path)
        if self._took_name("in"):
            return In(path, self._literals())
        token = self._next
        if token.kind is Kind.NAME and token.text.lower() in _TEXT_TESTS:
            self._advance()
            wanted = self._advance()
            if wanted.kind is not Kind.STRING:
                raise ExpressionError(f"a text in quotes is expected, not {wanted}", wanted.column)
            return Text(path, _TEXT_TESTS[token.text.lower()], wanted.text, wanted.column)
        return self._compared(path, is_size=False)

    def _compared(self, path: Path, *, is_size: bool) -> Node:
        token = self._advance()
        if token.kind is not Kind.SIGN or token.text not in _COMPARISONS:
            raise ExpressionError(f"an operator is expected, not {token}", token.column)
        column = self._next.column
        literal = self._literal()
        if is_size and (isinstance(literal, bool) or not isinstance(literal, int | float)):
            raise ExpressionError("a size is compared with a number", column)
        comparison = _COMPARISONS[token.text]
        is_ordering = comparison not in (Comparison.EQUAL, Comparison.NOT_EQUAL)
        if is_ordering and (literal is None or isinstance(literal, bool)):
            raise ExpressionError("null, true and false have no order", token.column)
        if literal is None:
            return Null(path) if comparison is Comparison.EQUAL else Not(Null(path))
        return Compare(path, comparison, literal, column, is_size)

    def _literals(self) -> tuple[Literal, ...]:
        close = "]" if self._took_sign("[") else ")"
        if close == ")":
            self._expect_sign("(")
        literals = [self._literal()]
        while self._took_sign(","):
            literals.append(self._literal())
        self._expect_sign(close)
        return tuple(literals)

    def _literal(self) -> Literal:
        token = self._advance()
        if token.kind is Kind.STRING:
            return token.text
        if token.kind is Kind.NUMBER:
            return _number(token)
        if token.kind is Kind.NAME and token.text.lower() in _CONSTANTS:
            return _CONSTANTS[token.text.lower()]
        raise ExpressionError(
            f"a text in quotes, a number, true, false or null is expected, not {token}",
            token.column,
        )

    def _path(self) -> Path:
        token = self._advance()
        root = ROOTS.get(token.text.lower()) if token.kind is Kind.NAME else None
        if root is None:
            raise ExpressionError(
                f"{', '.join(each.value for each in Root)} or size() is expected, not {token}",
                token.column,
            )
        steps: list[Step] = []
        while self._next.text in (".", "[") and self._next.kind is Kind.SIGN:
            steps.append(self._step())
        if len(steps) > PATH_STEPS_MAX:
            raise ExpressionError(f"more than {PATH_STEPS_MAX} steps", token.column)
        if steps and root in SCALARS:
            raise ExpressionError(f"{root.value} has nothing inside", token.column)
        if root is Root.HEADER and not (steps and isinstance(steps[0], str)):
            raise ExpressionError("header needs a name: header.trace", token.column)
        return Path(root, tuple(steps), token.column)

    def _step(self) -> Step:
        if self._took_sign("."):
            token = self._advance()
            if token.kind in (Kind.NAME, Kind.STRING):
                return token.text
            if token.kind is Kind.NUMBER and token.text.isdigit():
                return _index(token)
            raise ExpressionError(f"a name is expected, not {token}", token.column)
        self._expect_sign("[")
        token = self._advance()
        step: Step
        if token.kind is Kind.STRING:
            step = token.text
        elif token.kind is Kind.NUMBER and token.text.lstrip("-").isdigit():
            step = _index(token)
        elif token.kind is Kind.SIGN and token.text == "*":
            step = Each.ELEMENT
        else:
            raise ExpressionError(f"a name, a number or * is expected, not {token}", token.column)
        self._expect_sign("]")
        return step


DIGITS_MAX = 300
"""Digits of a number; Python refuses to read numbers of thousands."""


def _number(token: Token) -> int | float:
    if len(token.text) > DIGITS_MAX:
        raise ExpressionError("the number is too long", token.column)
    is_whole = token.text.lstrip("-").isdigit()
    return int(token.text) if is_whole else float(token.text)


def _index(token: Token) -> int:
    number = _number(token)
    assert isinstance(number, int)
    return number
