"""On which line of a TOML text each key stands: what `tomllib` does not tell.

The text is known to be well-formed, or well-formed up to a line that is asked about, so a scan by
lines is enough: it follows table headers, dotted and quoted keys, and values that run over several
lines (arrays, multi-line strings). Keys inside an inline table are not listed; they stand on the
line of the table.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping

_HEADER = re.compile(r"^\s*\[\[?(?P<name>(?:[^\]\"']|\"[^\"]*\"|'[^']*')+)\]\]?")
_KEY = re.compile(r"^\s*(?P<name>(?:[A-Za-z0-9_.\s-]|\"(?:[^\"\\]|\\.)*\"|'[^']*')+?)\s*=")
_PIECE = re.compile(r'"""|\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[\[{]|[\]}]|#', re.ASCII)
_CLOSING = {'"""': re.compile(r'(?:[^\\]|\\.)*?"""'), "'''": re.compile(r".*?'''")}


def key_lines(text: str) -> Mapping[tuple[str, ...], int]:
    """The line, from 1, of each key and table header of a well-formed TOML text."""
    lines: dict[tuple[str, ...], int] = {}
    for number, path in _paths(text):
        lines.setdefault(path, number)
    return lines


def key_at(text: str, line: int) -> tuple[str, ...]:
    """The key whose value stands on a line where the text is ill-formed; empty where none does."""
    try:
        before = "\n".join(text.splitlines()[:line])
        return next((path for number, path in _paths(before) if number == line), ())
    except tomllib.TOMLDecodeError:
        return ()


def _paths(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The lines with the key or the table header that each is about, but for those about none."""
    table: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    open_value = _OpenValue()
    for number, line in enumerate(text.splitlines(), start=1):
        if open_value.continues:
            yield number, key
            open_value.follow(line, 0)
            continue
        header = _HEADER.match(line)
        if header is not None:
            table = _path(header["name"])
            yield number, table
            continue
        found = _KEY.match(line)
        if found is not None:
            key = (*table, *_path(found["name"]))
            yield number, key
            open_value.follow(line, found.end())


def _path(name: str) -> tuple[str, ...]:
    """The parts of a dotted key, unquoted by the TOML parser itself."""
    parts: list[str] = []
    inner: object = tomllib.loads(f"{name} = 0")
    while isinstance(inner, dict):
        part, inner = next(iter(inner.items()))
        parts.append(part)
    return tuple(parts)


class _OpenValue:
    """Whether the value being read goes on in the next line."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote = ""

    @property
    def continues(self) -> bool:
        return self._depth > 0 or bool(self._quote)

    def follow(self, line: str, position: int) -> None:
        """Read the rest of a line."""
        while position < len(line):
            if self._quote:
                end = _CLOSING[self._quote].match(line, position)
                if end is None:
                    return
                self._quote = ""
                position = end.end()
                continue
            piece = _PIECE.search(line, position)
            if piece is None or piece[0] == "#":
                return
            position = piece.end()
            if piece[0] in _CLOSING:
                self._quote = piece[0]
            elif piece[0] in "[{":
                self._depth += 1
            elif piece[0] in "]}":
                self._depth -= 1
