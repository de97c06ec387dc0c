"""What bytes a record must hold to pass an expression, found out without decoding it. Pure.

Every record that passes holds one literal of each clause. The reverse does not hold: a record that
has them all is still decoded and tested. A text in JSON may be written with escapes, so wherever a
decoded text is tested, the backslash that begins an escape is one of the literals: letters and
digits can be escaped as `\\u0041` only, other characters in several ways.

Sources that know names from a schema (Avro, Protobuf) do not hold them in their records: for them
only clauses about bytes as they are stored are made.
"""

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from console.messages.syntax import (
    And,
    Compare,
    Comparison,
    Exists,
    In,
    Literal,
    Node,
    Or,
    Path,
    Root,
    Text,
    TextTest,
)

_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")


class Clause(NamedTuple):
    """At least one of the literals is in this part of the record."""

    root: Root | None
    """None: in any of its parts."""
    literals: frozenset[bytes]


def forms_of(text: str) -> frozenset[bytes]:
    """The bytes of a text as it is, and as serializers of JSON write it within quotes."""
    whole = json.dumps(text, ensure_ascii=False)[1:-1]
    escaped = json.dumps(text)[1:-1]
    # Some write the digits of \u00fc in capitals.
    capital = _ESCAPE.sub(lambda found: "\\u" + found[1].upper(), escaped)
    return frozenset(
        each.encode("utf-8", "surrogatepass") for each in (text, whole, escaped, capital)
    )


def clauses_of(node: Node, *, has_names_in_records: bool = True) -> tuple[Clause, ...]:
    """All hold for every record that passes. Empty: nothing can be said beforehand."""
    match node:
        case And(parts):
            found = [
                clause
                for part in parts
                for clause in clauses_of(part, has_names_in_records=has_names_in_records)
            ]
            return tuple(dict.fromkeys(found))
        case Or(parts):
            return _either(
                [clauses_of(each, has_names_in_records=has_names_in_records) for each in parts]
            )
        case Text(path, test, text):
            return _of_text(path, test, text, has_names_in_records=has_names_in_records)
        case Compare(path, comparison, literal) if comparison is not Comparison.NOT_EQUAL:
            is_equal = comparison is Comparison.EQUAL and not node.is_size
            wanted = [literal] if is_equal else []
            return _of_path(path, wanted, has_names_in_records=has_names_in_records)
        case In(path, literals) if None not in literals:
            return _of_path(path, literals, has_names_in_records=has_names_in_records)
        case Exists(path):
            return _of_path(path, [], has_names_in_records=has_names_in_records)
        case _:
            return ()


def _of_text(
    path: Path, test: TextTest, text: str, *, has_names_in_records: bool
) -> tuple[Clause, ...]:
    if _is_stored(path):
        if test is TextTest.MATCHES or not text:
            return _header_name(path)
        return (*_header_name(path), Clause(path.root, forms_of(text)))
    wanted: list[Literal] = [] if test is TextTest.MATCHES else [text]
    return _of_path(path, wanted, has_names_in_records=has_names_in_records)


def _of_path(
    path: Path, wanted: Sequence[Literal], *, has_names_in_records: bool
) -> tuple[Clause, ...]:
    """Clauses for the names on a path and, where all that is wanted is text, for one of them."""
    if path.root not in (Root.KEY, Root.VALUE, Root.HEADER):
        return ()
    found = list(_header_name(path))
    if not _is_stored(path) and not has_names_in_records:
        return tuple(found)
    names = path.steps[1:] if path.root is Root.HEADER else path.steps
    found.extend(
        Clause(path.root, _maybe_escaped(step)) for step in names if isinstance(step, str) and step
    )
    texts = [each for each in wanted if isinstance(each, str) and each]
    if wanted and len(texts) == len(wanted):
        found.append(
            Clause(path.root, frozenset().union(*(_maybe_escaped(each) for each in texts)))
        )
    return tuple(found)


def _is_stored(path: Path) -> bool:
    """The test is of bytes as they are stored, without a step into them."""
    if path.root is Root.HEADER:
        return len(path.steps) == 1
    return path.root in (Root.KEY, Root.VALUE) and not path.steps


def _header_name(path: Path) -> tuple[Clause, ...]:
    """The name of a header stands in the record as it is."""
    if path.root is Root.HEADER and isinstance(path.steps[0], str) and path.steps[0].isascii():
        return (Clause(None, frozenset({path.steps[0].encode()})),)
    return ()


def _maybe_escaped(text: str) -> frozenset[bytes]:
    escape = b"\\u" if text.isalnum() and text.isascii() else b"\\"
    return frozenset({text.encode("utf-8", "surrogatepass"), escape})


def _either(choices: Sequence[tuple[Clause, ...]]) -> tuple[Clause, ...]:
    """One clause that holds when any of the choices does: the rarest literals of each."""
    if not all(choices):
        return ()
    best = [max(each, key=lambda c: min(map(len, c.literals))) for each in choices]
    roots = {clause.root for clause in best}
    literals = frozenset().union(*(clause.literals for clause in best))
    return (Clause(roots.pop() if len(roots) == 1 else None, literals),)
