"""The words of a record filter's expression language, each with the column where it begins."""

import json
import re
from dataclasses import dataclass
from enum import Enum

EXPRESSION_CHARACTERS_MAX = 4_000

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
      | (?P<name>[^\W\d](?:[\w-]*\w)?)
      | (?P<sign>==|!=|<=|>=|<|>|\(|\)|\[|\]|,|\.|\*)
    )""",
    re.VERBOSE | re.DOTALL,
)


class ExpressionError(ValueError):
    """An expression that cannot be understood. `column` counts characters from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"{message} (column {column})")
        self.message = message
        self.column = column


class Kind(Enum):
    """What a token is."""

    STRING = "string"
    NUMBER = "number"
    NAME = "name"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word. `text` is the content of a string, without its quotes and escapes."""

    kind: Kind
    text: str
    column: int

    def __str__(self) -> str:
        return "the end" if self.kind is Kind.END else repr(self.text)


def tokens_of(text: str) -> list[Token]:
    """The words, with one of kind `END` behind the last. Raises ExpressionError."""
    if len(text) > EXPRESSION_CHARACTERS_MAX:
        raise ExpressionError(f"longer than {EXPRESSION_CHARACTERS_MAX} characters", 1)
    tokens = []
    position, end = 0, len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            at = position + len(text[position:]) - len(text[position:].lstrip())
            is_open = text[at] in "\"'"
            raise ExpressionError(
                "the text has no closing quote" if is_open else f"{text[at]!r} means nothing here",
                at + 1,
            )
        kind = Kind(found.lastgroup)
        column = found.start(kind.value) + 1
        word = found[kind.value]
        tokens.append(Token(kind, _unquoted(word, column) if kind is Kind.STRING else word, column))
        position = found.end()
    return [*tokens, Token(Kind.END, "", end + 1)]


def _unquoted(quoted: str, column: int) -> str:
    """The content of a string, whose escapes are those of JSON."""
    inner = quoted[1:-1]
    if "\\" not in inner:
        return inner
    if quoted[0] == "'":
        inner = inner.replace("\\'", "'")
        inner = re.sub(r'(?<!\\)((?:\\\\)*)"', r'\1\\"', inner)
    try:
        content = json.loads(f'"{inner}"', strict=False)
    except ValueError:
        raise ExpressionError("the text has an escape that JSON does not know", column) from None
    assert isinstance(content, str)
    return content
