"""What a configuration key takes, as far as its cluster tells. Pure.

Every cluster since Kafka 2.6 tells the type of a key. Bounds and words are known of our own engine,
from its table of keys; elsewhere the broker has the last word when a value is sent.
"""

from dataclasses import dataclass
from enum import Enum

from console.model import units


class ConfigUnit(Enum):
    """What the number of a key counts."""

    NONE = ""
    MILLISECONDS = "ms"
    BYTES = "bytes"


NUMBERS = frozenset({"int", "short", "long"})
WHOLE_LIMITS = {"short": 2**15 - 1, "int": 2**31 - 1, "long": 2**63 - 1}
ENDLESS = 2**63 - 1
"""How Kafka writes a bound that is none."""
NO_LIMIT = "no limit"


@dataclass(frozen=True, slots=True)
class ConfigRule:
    """`type` is Kafka's name in lower case, empty where it is not told.

    `words` are the only ones that it takes, each element of a list being one; numbers lie between
    `least` and `most`, both inclusive. `note` says what else holds.
    """

    type: str = ""
    words: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    note: str = ""

    def unit(self, key: str) -> ConfigUnit:
        """What the value of the key counts: Kafka's names end with their unit."""
        if self.type not in NUMBERS:
            return ConfigUnit.NONE
        if key.endswith(".ms"):
            return ConfigUnit.MILLISECONDS
        return ConfigUnit.BYTES if key.endswith("bytes") else ConfigUnit.NONE

    def allowed(self, key: str) -> str:
        """What can be typed, in a few words."""
        if self.words:
            several = ", several with commas" if self.type == "list" else ""
            return f"{' | '.join(self.words)}{several}"
        if self.type == "boolean":
            return "true | false"
        kind = {
            ConfigUnit.MILLISECONDS: "a time such as 7d, 12h, 90s",
            ConfigUnit.BYTES: "a size such as 512MB, 1GiB",
            ConfigUnit.NONE: _KINDS.get(self.type, "a text"),
        }[self.unit(key)]
        return "; ".join(filter(None, (kind, self._bounds(), self.note)))

    def _bounds(self) -> str:
        if self.least is None:
            return ""
        if self.most is None:
            return f"{self.least:,} or more"
        return f"from {self.least:,} to {self.most:,}"


_KINDS = {
    "int": "a whole number",
    "short": "a whole number",
    "long": "a whole number",
    "double": "a number such as 0.5",
    "list": "a list with commas",
    "class": "the name of a class",
    "password": "a secret",
}
ANYTHING = ConfigRule()


def in_words(key: str, rule: ConfigRule, value: str | None) -> str:
    """A value with what it means: `604800000 (7d)`; the text must be made safe by who shows it."""
    if value is None:
        return units.UNKNOWN
    if not value:
        return "(empty)"
    try:
        number = int(value)
    except ValueError:
        return value
    meaning = _meaning(key, rule, number)
    return f"{value} ({meaning})" if meaning else value


def in_short(key: str, rule: ConfigRule, value: str | None) -> str:
    """A value as `in_words`, for a cell of a table: of a number that is no limit only that."""
    if rule.type in NUMBERS and value == str(ENDLESS):
        return NO_LIMIT
    return in_words(key, rule, value)


def _meaning(key: str, rule: ConfigRule, number: int) -> str:
    """What a number says, where it is not read at once."""
    if rule.type in NUMBERS and number == ENDLESS:
        return NO_LIMIT
    unit = rule.unit(key)
    if unit is ConfigUnit.NONE or len(str(number)) < 4:
        endless = {"retention.ms": "for ever", "retention.bytes": NO_LIMIT}.get(key, "")
        return endless if number == -1 else ""
    is_time = unit is ConfigUnit.MILLISECONDS
    return units.duration(number / 1000) if is_time else units.size(number)
