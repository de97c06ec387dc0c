"""What may stand in the fields of forms. Pure: text in, value or a reason out.

Sizes and times are taken as people write them: `7d`, `512 MB`, `-1`. Kafka's own rules for names
and numbers are checked here so that a fault is told while typing; the broker has the last word.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

NAME_MAX = 249
_NAME = re.compile(r"[a-zA-Z0-9._-]+\Z")
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)\s*([a-zA-Z]*)\Z")
_TIMES = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_SIZES = {
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "tb": 10**12,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
    "tib": 2**40,
}
DIGITS_MAX = 40
LONG_MAX = 2**63 - 1
INT_MAX = 2**31 - 1


class FieldFault(ValueError):
    """What is wrong with the text of a field, and what would be right."""


def topic_name(text: str) -> str:
    """A name that Kafka takes for a topic."""
    name = text.strip()
    if not name:
        raise FieldFault("a topic needs a name")
    if len(name) > NAME_MAX:
        raise FieldFault(f"at most {NAME_MAX} characters, these are {len(name)}")
    if name in {".", ".."}:
        raise FieldFault("'.' and '..' are no names")
    if not _NAME.match(name):
        raise FieldFault("only letters, digits, '.', '_' and '-'")
    return name


def whole(text: str, least: int, most: int) -> int:
    """A whole number within bounds."""
    expected = f"a whole number from {least:,} to {most:,}"
    try:
        number = int(text.strip().replace("_", "").replace(",", ""))
    except ValueError:
        raise FieldFault(expected) from None
    if not least <= number <= most:
        raise FieldFault(expected)
    return number


def time_ms(text: str) -> str:
    """A time such as `7d` as the text of milliseconds; -1 is for ever."""
    return _measured(text, _TIMES, "a time such as 7d, 12h, 90s, or -1 for ever")


def size_bytes(text: str) -> str:
    """A size such as `1 GB` as the text of bytes; -1 is without limit."""
    return _measured(text, _SIZES, "a size such as 512MB, 1GiB, or -1 for no limit")


def _measured(text: str, units: Mapping[str, int], expected: str) -> str:
    found = _NUMBER.match(text.strip())
    if found is None or len(found[1]) > DIGITS_MAX:
        raise FieldFault(expected)
    # Not a float: that has no room for the digits of a large number, and none at all for some.
    number, unit = Fraction(found[1]), found[2].lower()
    if unit and unit not in units:
        raise FieldFault(expected)
    if number < 0:
        if number != -1 or unit:
            raise FieldFault(expected)
        return "-1"
    amount = round(number * units[unit]) if unit else round(number)
    if amount > LONG_MAX:
        raise FieldFault("that is more than Kafka can count")
    return str(amount)


def one_of(*allowed: str) -> Callable[[str], str]:
    """One of some words."""

    def check(text: str) -> str:
        word = text.strip()
        if word not in allowed:
            raise FieldFault(f"one of {' | '.join(allowed)}")
        return word

    return check


def counted(least: int, most: int) -> Callable[[str], str]:
    """A whole number within bounds, as text."""
    return lambda text: str(whole(text, least, most))


@dataclass(frozen=True, slots=True)
class ConfigField:
    """A configuration that a form offers: its key, how it is checked, and an example."""

    key: str
    check: Callable[[str], str]
    example: str
    meaning: str


TOPIC_CONFIG_FIELDS = (
    ConfigField("retention.ms", time_ms, "7d", "how long records are kept"),
    ConfigField("retention.bytes", size_bytes, "-1", "size of a partition from which old ones go"),
    ConfigField(
        "cleanup.policy",
        one_of("delete", "compact", "compact,delete", "delete,compact"),
        "delete",
        "delete old records, or keep the last of each key",
    ),
    ConfigField("segment.bytes", size_bytes, "1GiB", "size of one log file"),
    ConfigField(
        "compression.type",
        one_of("producer", "none", "uncompressed", "gzip", "snappy", "lz4", "zstd"),
        "producer",
        "how the broker stores batches",
    ),
    ConfigField("max.message.bytes", size_bytes, "1MiB", "largest batch that is taken"),
    ConfigField(
        "min.insync.replicas",
        counted(1, INT_MAX),
        "1",
        "replicas that must have a record before acks=all is answered",
    ),
)
"""The configurations that people set when they create a topic, in the order of the form."""


def headers(text: str) -> tuple[tuple[str, bytes | None], ...]:
    """Headers as `name=value, name=value`; a name without `=` has no value."""
    found: list[tuple[str, bytes | None]] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = part.partition("=")
        if not name.strip():
            raise FieldFault("headers are name=value, name=value")
        found.append((name.strip(), value.strip().encode() if equals else None))
    return tuple(found)
