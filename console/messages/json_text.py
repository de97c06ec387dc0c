"""Lays out JSON for reading, token by token, whole or cut, and back into one line. Pure.

Nothing is parsed to values: numbers keep their digits, objects their order and repeated names. A
text that was cut is laid out as far as it goes. What is not JSON is refused.
"""

import re

INDENT = "  "
DEPTH_SHOWN_MAX = 20
"""Deeper levels are not indented further."""

_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
        (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<word>-?[0-9][0-9.eE+-]*|true|false|null|NaN|-?Infinity)
      | (?P<open>[\[{])
      | (?P<close>[\]}])
      | (?P<sign>[,:])
    )""",
    re.VERBOSE | re.DOTALL,
)
_CUT_TOKEN = re.compile(r'[ \t\r\n]*("(?:[^"\\]|\\.)*\\?|-?[0-9.eE+-]*|[a-zA-Z]*)\Z', re.DOTALL)


def laid_out(text: str, *, is_cut: bool) -> str | None:
    """JSON with a line for each element, or None when it is not JSON."""
    parts: list[str] = []
    depth = position = 0
    end = len(text.rstrip(" \t\r\n"))
    is_fresh = False
    """A bracket was opened and nothing stands in it yet."""
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            rest = _CUT_TOKEN.match(text, position) if is_cut else None
            if rest is None:
                return None
            if is_fresh:
                parts.append(_line(depth))
            parts.append(rest[1])
            return "".join(parts)
        kind = found.lastgroup
        word = found[kind or 0]
        position = found.end()
        if kind == "close":
            depth -= 1
            if depth < 0:
                return None
            parts.append(word if is_fresh else _line(depth) + word)
            is_fresh = False
        elif word == ",":
            parts.append("," + _line(depth))
        elif word == ":":
            parts.append(": ")
        else:
            if is_fresh:
                parts.append(_line(depth))
            parts.append(word)
            is_fresh = kind == "open"
            depth += is_fresh
    return "".join(parts) if depth == 0 or is_cut else None


def in_one_line(text: str, *, is_spaced: bool) -> str | None:
    """JSON in one line, with or without a blank behind commas and colons; None when it is not JSON.

    Brackets are not matched: that is for who has parsed it.
    """
    parts: list[str] = []
    position, end = 0, len(text.rstrip(" \t\r\n"))
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            return None
        word = found[found.lastgroup or 0]
        parts.append(f"{word} " if is_spaced and word in (",", ":") else word)
        position = found.end()
    return "".join(parts)


def _line(depth: int) -> str:
    return "\n" + INDENT * min(depth, DEPTH_SHOWN_MAX)
