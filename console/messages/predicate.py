"""Compiles the tree of an expression to closures that test one record. No `eval`. Pure.

Keys, values and header values are bytes. Without a further step they are tested as text; against a
number, true or false they are read as JSON. With steps they are decoded as far as a decoder knows
them. A path that leads nowhere passes no test but `null` and `!=`, which is the opposite of `==`;
one that leads to several elements passes when any of them does. Texts are compared with texts and
numbers with numbers: nothing is converted.
"""

import operator
from collections.abc import Callable, Sequence
from typing import assert_never

import re2

from console.messages.group_records import (
    CONSUMER_OFFSETS,
    decoded_group_key,
    decoded_group_value,
)
from console.messages.literals import forms_of
from console.messages.start_position import StartKind, parse_start
from console.messages.structure import DECODED_BYTES_MAX, MISSING, Decode, found_at
from console.messages.syntax import (
    SCALARS,
    And,
    Compare,
    Comparison,
    Exists,
    In,
    Literal,
    Node,
    Not,
    Null,
    Or,
    Path,
    Root,
    Text,
    TextTest,
)
from console.messages.tokens import ExpressionError
from console.model.names import TopicPartition
from console.port.readings import RecordReading

PATTERN_CHARACTERS_MAX = 1_000


class Subject:
    """One record under test; what was decoded of it is kept until the test is over."""

    __slots__ = ("_decode", "_key", "_value", "is_too_large", "is_undecodable", "key", "record")

    def __init__(self, key: TopicPartition, record: RecordReading, decode: Decode) -> None:
        self.key = key
        self.record = record
        self.is_too_large = False
        self.is_undecodable = False
        self._decode = decode
        self._key: tuple[object] | None = None
        self._value: tuple[object] | None = None

    def data(self, root: Root) -> object:
        """The key or value decoded, or MISSING."""
        if root is Root.KEY:
            if self._key is None:
                self._key = (self._decoded(root, self.record.key),)
            kept = self._key
        else:
            if self._value is None:
                self._value = (self._decoded(root, self.record.value),)
            kept = self._value
        return kept[0]

    def _decoded(self, root: Root, content: bytes | None) -> object:
        if content is None:
            return None
        if len(content) > DECODED_BYTES_MAX:
            self.is_too_large = True
            return MISSING
        found: object = MISSING
        if self.key.topic == CONSUMER_OFFSETS:
            found = (
                decoded_group_key(content)
                if root is Root.KEY
                else decoded_group_value(self.record.key, content)
            )
        if found is MISSING:
            found = self._decode(content)
        self.is_undecodable = self.is_undecodable or found is MISSING
        return found

    def decoded(self, content: bytes) -> object:
        """A header, or a whole content that is compared with a number, decoded; or MISSING."""
        if len(content) > DECODED_BYTES_MAX:
            self.is_too_large = True
            return MISSING
        return self._decode(content)


Predicate = Callable[[Subject], bool]
Test = Callable[[object], bool]


def compile_predicate(node: Node, now_ms: int) -> Predicate:
    """The closure of a tree. Raises ExpressionError for what only shows when it is compiled."""
    match node:
        case And(parts):
            return _all([compile_predicate(part, now_ms) for part in parts])
        case Or(parts):
            return _any([compile_predicate(part, now_ms) for part in parts])
        case Not(part):
            inner = compile_predicate(part, now_ms)
            return lambda subject: not inner(subject)
        case Compare(path, comparison, literal, column, is_size):
            literal = _as_time(path, literal, column, now_ms)
            return _compare(path, comparison, literal, is_size=is_size)
        case Text(path, test, text, column):
            return _text(path, test, text, column)
        case In(path, literals):
            return _any([_equal(path, each) for each in literals])
        case Exists(path):
            return _exists(path)
        case Null(path):
            return _null(path)
        case _:
            assert_never(node)


def time_of(literal: Literal, column: int, now_ms: int) -> int:
    """A time in milliseconds as people say it. Raises ExpressionError."""
    if isinstance(literal, str):
        try:
            start = parse_start(literal, now_ms)
        except ValueError:
            start = None
        if start is not None and start.kind is StartKind.TIME:
            return start.amount
    elif isinstance(literal, int) and not isinstance(literal, bool):
        return literal
    raise ExpressionError('a time is expected: "-1h", "2026-11-22T09:00", or milliseconds', column)


def _as_time(path: Path, literal: Literal, column: int, now_ms: int) -> Literal:
    return time_of(literal, column, now_ms) if path.root is Root.TIME else literal


def _all(parts: Sequence[Predicate]) -> Predicate:
    return lambda subject: all(part(subject) for part in parts)


def _any(parts: Sequence[Predicate]) -> Predicate:
    return lambda subject: any(part(subject) for part in parts)


def _scalar(path: Path) -> Callable[[Subject], object] | None:
    """How a field that is no bytes is read."""
    match path.root:
        case Root.PARTITION:
            return lambda subject: subject.key.partition
        case Root.TOPIC:
            return lambda subject: subject.key.topic
        case Root.OFFSET:
            return lambda subject: subject.record.offset
        case Root.TIME:
            return lambda subject: subject.record.timestamp_ms
        case _:
            return None


def _contents(path: Path) -> Callable[[Subject], Sequence[bytes | None]] | None:
    """How bytes are had that no step leads into; a header may be there several times."""
    if path.root is Root.KEY and not path.steps:
        return lambda subject: (subject.record.key,)
    if path.root is Root.VALUE and not path.steps:
        return lambda subject: (subject.record.value,)
    if path.root is Root.HEADER and len(path.steps) == 1:
        wanted = path.steps[0]
        return lambda subject: [
            content for name, content in subject.record.headers if name == wanted
        ]
    return None


def _inside(path: Path) -> Callable[[Subject], list[object]]:
    """How decoded content is had."""
    steps = path.steps
    if path.root is Root.HEADER:
        wanted, rest = steps[0], steps[1:]

        def of_header(subject: Subject) -> list[object]:
            found: list[object] = []
            for name, content in subject.record.headers:
                if name == wanted and content is not None:
                    found.extend(found_at(subject.decoded(content), rest))
            return found

        return of_header
    root = path.root
    return lambda subject: found_at(subject.data(root), steps)


def _equal(path: Path, literal: Literal) -> Predicate:
    if literal is None:
        return _null(path)
    return _compare(path, Comparison.EQUAL, literal, is_size=False)


def _compare(path: Path, comparison: Comparison, literal: Literal, *, is_size: bool) -> Predicate:
    if comparison is Comparison.NOT_EQUAL:
        equal = _compare(path, Comparison.EQUAL, literal, is_size=is_size)
        return lambda subject: not equal(subject)
    test = _value_test(comparison, literal)
    scalar = _scalar(path)
    if scalar is not None:
        return lambda subject: test(scalar(subject))
    contents = _contents(path)
    if contents is None:
        inside = _inside(path)
        if is_size:
            return lambda subject: any(test(_size(each)) for each in inside(subject))
        return lambda subject: any(test(each) for each in inside(subject))
    if is_size:
        return lambda subject: any(
            test(len(each)) for each in contents(subject) if each is not None
        )
    if isinstance(literal, str):
        on_bytes = _bytes_test(comparison, literal)

        def passes(subject: Subject, content: bytes) -> bool:
            """JSON's quotes are no part of a text, unless they were asked for."""
            text = subject.decoded(content) if content[:1] == b'"' else MISSING
            if not isinstance(text, str):
                return on_bytes(content)
            return test(text) or (comparison is Comparison.EQUAL and on_bytes(content))

        return lambda subject: any(
            passes(subject, each) for each in contents(subject) if each is not None
        )
    return lambda subject: any(
        test(subject.decoded(each)) for each in contents(subject) if each is not None
    )


_OPERATORS: dict[Comparison, Callable[[object, object], bool]] = {
    Comparison.EQUAL: operator.eq,
    Comparison.LESS: operator.lt,  # type: ignore[dict-item]  # the types are tested before
    Comparison.MORE: operator.gt,  # type: ignore[dict-item]  # as above
    Comparison.AT_MOST: operator.le,  # type: ignore[dict-item]  # as above
    Comparison.AT_LEAST: operator.ge,  # type: ignore[dict-item]  # as above
}


def _value_test(comparison: Comparison, literal: Literal) -> Test:
    """A test of something decoded: like is compared with like only."""
    compared = _OPERATORS[comparison]
    if literal is None or isinstance(literal, bool):
        return lambda value: value is literal
    if isinstance(literal, str):
        return lambda value: isinstance(value, str) and compared(value, literal)
    return lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool) and compared(value, literal)
    )


def _bytes_test(comparison: Comparison, literal: str) -> Callable[[bytes], bool]:
    compared = _OPERATORS[comparison]
    wanted = literal.encode("utf-8", "surrogatepass")
    return lambda content: compared(content, wanted)


def _size(value: object) -> object:
    return len(value) if isinstance(value, str | list | dict) else MISSING


def _text(path: Path, test: TextTest, text: str, column: int) -> Predicate:
    on_text, on_bytes = _text_tests(test, text, column)
    scalar = _scalar(path)
    if scalar is not None:
        return lambda subject: on_text(str(scalar(subject)))
    contents = _contents(path)
    if contents is not None:
        return lambda subject: any(on_bytes(each) for each in contents(subject) if each is not None)
    inside = _inside(path)

    def is_in(value: object) -> bool:
        if isinstance(value, str):
            return on_text(value)
        return test is TextTest.CONTAINS and isinstance(value, list) and text in value

    return lambda subject: any(is_in(each) for each in inside(subject))


def _text_tests(
    test: TextTest, text: str, column: int
) -> tuple[Callable[[str], bool], Callable[[bytes], bool]]:
    """The same test for what was decoded and for bytes as they are stored."""
    match test:
        case TextTest.CONTAINS:
            forms = forms_of(text)
            return lambda value: text in value, lambda raw: any(form in raw for form in forms)
        case TextTest.STARTS:
            beginning = text.encode("utf-8", "surrogatepass")
            return lambda value: value.startswith(text), lambda raw: raw.startswith(beginning)
        case TextTest.MATCHES:
            pattern = _pattern(text, column)
            return (
                lambda value: pattern(value.encode("utf-8", "replace")),
                pattern,
            )
        case _:
            assert_never(test)


def _pattern(text: str, column: int) -> Callable[[bytes], bool]:
    """A regular expression of RE2, whose matching takes linear time."""
    if len(text) > PATTERN_CHARACTERS_MAX:
        raise ExpressionError(f"a pattern has at most {PATTERN_CHARACTERS_MAX} characters", column)
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(text.encode("utf-8", "replace"), options=options)
    except re2.error as error:
        reason = error.args[0].decode("utf-8", "replace")
        raise ExpressionError(f"not a regular expression: {reason}", column) from None
    return lambda raw: compiled.search(raw) is not None


def _exists(path: Path) -> Predicate:
    contents = _contents(path)
    if path.root in SCALARS:
        return lambda _: True
    if contents is None:
        inside = _inside(path)
        return lambda subject: bool(inside(subject))
    if path.root is Root.HEADER:
        return lambda subject: bool(contents(subject))
    return lambda subject: contents(subject)[0] is not None


def _null(path: Path) -> Predicate:
    contents = _contents(path)
    if path.root in SCALARS:
        return lambda _: False
    if contents is None:
        inside = _inside(path)
        return lambda subject: all(each is None for each in inside(subject))
    return lambda subject: all(each is None for each in contents(subject))
