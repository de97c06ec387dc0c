"""What was typed to filter records: an expression, or text to search for; and what it cost.

| typed                          | passes                                                     |
|--------------------------------|------------------------------------------------------------|
| `value.total > 100 and ...`    | an expression, as `syntax` describes                       |
| `refused`                      | records with this text in key, value or a header, any case |
| `"key contains"`               | the same; quotes keep it from being an expression          |
| `!text`  `~letters`  `/RE2/`   | as in the other filters of the console                     |

Records pass through stages, the cheapest first, and each is counted: bounds (by the plan), bytes
(does the record hold the literals that it must?), decoding, the test itself. A test is bounded: its
regular expressions are RE2's, whose matching takes linear time, and contents over
`DECODED_BYTES_MAX` are not decoded but counted.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.messages.bounds import UNBOUNDED, Bounds, bounds_of
from console.messages.group_records import CONSUMER_OFFSETS
from console.messages.literals import Clause, clauses_of, forms_of
from console.messages.predicate import Subject, compile_predicate
from console.messages.spellings import Spellings
from console.messages.structure import Decode, decoded_json
from console.messages.syntax import Root, looks_like_expression, parse_expression
from console.messages.tokens import ExpressionError
from console.model.matching import parse_filter
from console.model.names import TopicPartition
from console.model.text import plain
from console.port.cluster import Wanted
from console.port.readings import RecordReading

SEARCHED_BYTES_MAX = 4 << 20
"""Of longer contents only the beginning is matched against letters or an expression."""


@dataclass(slots=True)
class Stages:
    """How many records came to each stage, and what kept some from being tested."""

    records: int = 0
    without_literals: int = 0
    tested: int = 0
    undecodable: int = 0
    too_large: int = 0
    hits: int = 0


class RecordFilter:
    """A filter that was understood. `clauses` and `bounds` may be applied before it."""

    def __init__(
        self,
        test: Callable[[Subject], bool],
        decode: Decode,
        *,
        clauses: Sequence[Clause] = (),
        bounds: Bounds = UNBOUNDED,
        ignores_case: bool = False,
        decodes: bool = False,
    ) -> None:
        self.clauses = tuple(clauses)
        self.bounds = bounds
        self.ignores_case = ignores_case
        """Letters of ASCII in the literals of the clauses are small, and stand for both."""
        self.decodes = decodes
        """The test may look into decoded contents."""
        self.stages = Stages()
        # A search in any case does this itself, and once is enough.
        self._record_clauses = () if ignores_case else self.clauses
        self._test = test
        self._decode = decode

    def __call__(self, key: TopicPartition, record: RecordReading) -> bool:
        """Whether a record passes."""
        stages = self.stages
        stages.records += 1
        if not all(_holds(clause, record) for clause in self._record_clauses):
            stages.without_literals += 1
            return False
        subject = Subject(key, record, self._decode)
        passes = self._test(subject)
        stages.tested += 1
        stages.undecodable += subject.is_undecodable
        stages.too_large += subject.is_too_large
        stages.hits += passes
        return passes

    def anew(self) -> "RecordFilter":
        """The same filter, which has counted nothing."""
        return RecordFilter(
            self._test,
            self._decode,
            clauses=self.clauses,
            bounds=self.bounds,
            ignores_case=self.ignores_case,
            decodes=self.decodes,
        )

    @property
    def wanted(self) -> Wanted:
        """What every record that passes has, for those who read records."""
        return Wanted(
            self.bounds.since_ms,
            tuple(clause.literals for clause in self.clauses),
            self.ignores_case,
        )


def parse_record_filter(
    text: str,
    now_ms: int,
    *,
    topic: str = "",
    decode: Decode = decoded_json,
    has_names_in_records: bool = True,
) -> RecordFilter | None:
    """The filter that was typed; None for one that is empty. Raises ExpressionError.

    `topic` is the one whose records it is for. `has_names_in_records` is False where `decode` takes
    names or texts from a schema.
    """
    wanted = text.strip()
    if not wanted:
        return None
    if looks_like_expression(wanted):
        node = parse_expression(wanted)
        return RecordFilter(
            compile_predicate(node, now_ms),
            decode,
            clauses=clauses_of(
                node, has_names_in_records=has_names_in_records and topic != CONSUMER_OFFSETS
            ),
            bounds=bounds_of(node, now_ms),
            decodes=True,
        )
    if wanted[0] in "~/":
        matcher = parse_filter(wanted)
        if matcher.problem:
            raise ExpressionError(matcher.problem, 1)
        return RecordFilter(lambda subject: any(map(matcher.matches, _texts(subject))), decode)
    if wanted[0] == "!":
        inner = parse_record_filter(
            wanted[1:],
            now_ms,
            topic=topic,
            decode=decode,
            has_names_in_records=has_names_in_records,
        )
        if inner is None:
            return None
        return RecordFilter(
            lambda subject: not inner(subject.key, subject.record), decode, decodes=inner.decodes
        )
    return _search(_unquoted(wanted), decode)


_COMPARED = re.compile(
    r"""(?<![\w.\-\[\]*])(?P<field>[a-z_][\w.\-\[\]*]*+)\s*+[=!<>]=?\s*+["'\w.\-]""", re.IGNORECASE
)
_JOINED = re.compile(r"\S\s+(?:and|or)\s+\S", re.IGNORECASE)
FIELD_SAID_MAX = 40


def text_remark(text: str) -> str:
    """What to say of a text that is searched for as it stands, though perhaps an expression was
    meant: it compares something, or joins two parts. Empty for any other; safe to show."""
    wanted = text.strip().removeprefix("!").strip()
    if not wanted or wanted[0] in "~/" or looks_like_expression(wanted):
        return ""
    if len(wanted) > 1 and wanted[0] == wanted[-1] == '"':
        return ""
    compared = _COMPARED.search(wanted)
    if compared is None and _JOINED.search(wanted) is None:
        return ""
    field = "amount" if compared is None else plain(compared["field"], limit=FIELD_SAID_MAX)
    return f"searched as text; a field is value.{field}"


def _search(text: str, decode: Decode) -> RecordFilter:
    """Find a text in any part of a record, in any case."""
    if text.isascii():
        forms = [form.lower() for form in forms_of(text)]
        return RecordFilter(
            lambda subject: any(
                any(form in lowered for form in forms)
                for lowered in (each.lower() for each in _contents(subject.record))
            ),
            decode,
            clauses=[Clause(None, frozenset(forms))],
            ignores_case=True,
        )
    spellings = Spellings(text)
    literals = spellings.literals
    return RecordFilter(
        lambda subject: any(map(spellings.are_in, _contents(subject.record))),
        decode,
        clauses=[Clause(None, literals)] if literals else [],
        ignores_case=True,
    )


def _contents(record: RecordReading) -> list[bytes]:
    """Everything in a record that a search looks at."""
    contents = [each for each in (record.key, record.value) if each]
    for name, content in record.headers:
        contents.append(name.encode("utf-8", "surrogatepass"))
        if content:
            contents.append(content)
    return contents


def _texts(subject: Subject) -> list[str]:
    return [
        each[:SEARCHED_BYTES_MAX].decode("utf-8", "replace") for each in _contents(subject.record)
    ]


def _holds(clause: Clause, record: RecordReading) -> bool:
    match clause.root:
        case Root.KEY:
            contents = [record.key or b""]
        case Root.VALUE:
            contents = [record.value or b""]
        case Root.HEADER:
            contents = [content for _, content in record.headers if content]
        case _:
            contents = _contents(record)
    return any(literal in content for content in contents for literal in clause.literals)


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            content = json.loads(text, strict=False)
        except ValueError:
            return text[1:-1]
        return content if isinstance(content, str) else text
    return text
