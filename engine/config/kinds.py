"""What a configuration value can be: its type, its text form, and the checks on it.

A value has two forms. Kafka's protocol and its journals carry text; the engine works with the
parsed value. `parse` and `render` are the only ways between the two, and follow Kafka's `ConfigDef`
to the letter, messages included, because clients show those messages to people.

This module knows no key: the tables are in `topic_keys` and `broker_keys`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Protocol, TypeAlias

from engine.kernel.errors import EngineError

Value: TypeAlias = bool | int | float | str | tuple[str, ...] | None
"""A parsed value; None is Kafka's null: not set and without a default."""

INT_MAX = 2**31 - 1
LONG_MAX = 2**63 - 1

_INTEGER = re.compile(r"[+-]?[0-9]+")
_FLOAT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_SEPARATOR = re.compile(r"\s*,\s*")


class ConfigType(IntEnum):
    """The types of DescribeConfigs v3 (Kafka's `ConfigResponse.ConfigType`)."""

    UNKNOWN = 0
    BOOLEAN = 1
    STRING = 2
    INT = 3
    SHORT = 4
    LONG = 5
    DOUBLE = 6
    LIST = 7
    CLASS = 8
    PASSWORD = 9


class Unit(Enum):
    """What a number counts: lets the configuration file say `7d` and `1GiB`, and forms say more."""

    NONE = ""
    MILLISECONDS = "ms"
    BYTES = "bytes"


_INTEGER_LIMITS: Mapping[ConfigType, int] = {
    ConfigType.SHORT: 2**15 - 1,
    ConfigType.INT: INT_MAX,
    ConfigType.LONG: LONG_MAX,
}


class InvalidValue(EngineError):
    """A value that its key does not allow; `reason` says why, the text is what Kafka answers."""

    def __init__(self, name: str, value: object, reason: str, *, is_whole: bool = False) -> None:
        """`is_whole`: the reason is all that Kafka says."""
        whole = f"Invalid value {value} for configuration {name}: {reason}"
        super().__init__(reason if is_whole else whole)
        self.name = name
        self.value = value
        self.reason = reason


class Check(Protocol):
    """A rule on a parsed value."""

    def fault(self, value: Value) -> str | None:
        """Why the value is not allowed, or None when it is."""
        ...

    @property
    def allowed(self) -> str:
        """What is allowed, for people; empty when the type says all."""
        ...


@dataclass(frozen=True, slots=True)
class Anything:
    """Allows every value of the type."""

    allowed: str = ""

    def fault(self, value: Value) -> str | None:
        return None


@dataclass(frozen=True, slots=True)
class Range:
    """A number from `minimum` to `maximum`, both inclusive."""

    minimum: float
    maximum: float | None = None

    def fault(self, value: Value) -> str | None:
        assert isinstance(value, int | float)
        if value < self.minimum:
            return f"Value must be at least {self.minimum}"
        if self.maximum is not None and value > self.maximum:
            return f"Value must be no more than {self.maximum}"
        return None

    @property
    def allowed(self) -> str:
        if self.maximum is None:
            return f"{self.minimum} or more"
        return f"from {self.minimum} to {self.maximum}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of the given words; also checks each element of a list."""

    words: tuple[str, ...]

    def fault(self, value: Value) -> str | None:
        elements = value if isinstance(value, tuple) else (value,)
        if all(element in self.words for element in elements):
            return None
        return f"String must be one of: {', '.join(self.words)}"

    @property
    def allowed(self) -> str:
        return ", ".join(self.words)


@dataclass(frozen=True, slots=True)
class OneDirectory:
    """A path where Kafka allows several, separated by commas."""

    allowed: str = "one path"

    def fault(self, value: Value) -> str | None:
        assert isinstance(value, tuple)
        return None if len(value) == 1 else "data lies in one directory"


@dataclass(frozen=True, slots=True)
class SomeOrUnlimited:
    """A number of 1 or more, or -1 for no limit: 0 would take everything away.

    Source: the requirement of Kafka's `KafkaConfig.validateValues` on `log.retention.ms`.
    """

    allowed: str = "1 or more, or -1 for no limit"

    def fault(self, value: Value) -> str | None:
        if value == -1 or (isinstance(value, int) and value >= 1):
            return None
        return "Value must be unlimited (-1) or at least 1"


@dataclass(frozen=True, slots=True)
class GzipLevel:
    """A level of zlib: 1 to 9, or -1 for its default."""

    allowed: str = "from 1 to 9, or -1 for the default of zlib"

    def fault(self, value: Value) -> str | None:
        if value == -1 or (isinstance(value, int) and 1 <= value <= 9):
            return None
        return "Value must be between 1 and 9 or equal to -1"


@dataclass(frozen=True, slots=True)
class ThrottledReplicas:
    """A list of `partition:broker`, or `*` alone (Kafka's `ThrottledReplicaListValidator`)."""

    name: str
    allowed: str = "* or a list of PARTITION:BROKER"

    def fault(self, value: Value) -> str | None:
        assert isinstance(value, tuple)
        if value == ("*",) or all(re.fullmatch(r"[0-9]+:[0-9]+", each) for each in value):
            return None
        return (
            f"{self.name} must be the literal '*' or a list of replicas in the following format: "
            "[partitionId]:[brokerId],[partitionId]:[brokerId],..."
        )


@dataclass(frozen=True, slots=True)
class ConfigKey:
    """One row of a table: everything that is known of one key."""

    name: str
    type: ConfigType
    default: Value
    documentation: str
    check: Check = field(default=Anything())
    unit: Unit = Unit.NONE
    is_read_only: bool = False
    is_sensitive: bool = False
    is_hidden: bool = False
    """Accepted, but described only where it is set (Kafka's internal keys)."""
    is_of_one_broker: bool = False
    """Can be changed while running for single brokers, not for all."""
    is_of_a_listener: bool = False
    """Can be changed while running for single listeners of a broker, not for the broker."""
    needs_restart: bool = False
    """Read at the start only: a change of the configuration file waits for the next."""

    def parse(self, text: str | None) -> Value:
        """The checked value that a text stands for. Raises InvalidValue."""
        value = parse(self.name, self.type, text)
        self.verify(value)
        return value

    def verify(self, value: Value) -> None:
        """Raise InvalidValue unless a value of the right type is allowed."""
        if value is None:
            return
        fault = self.check.fault(value)
        if fault is None:
            return
        shown = render(value)
        if isinstance(value, tuple):
            wrong = next((each for each in value if self.check.fault((each,))), shown)
            shown = wrong if isinstance(self.check, OneOf) else f"[{', '.join(value)}]"
        raise InvalidValue(self.name, shown, fault)


def parse(name: str, type_: ConfigType, text: str | None) -> Value:
    """The value of a text, unchecked but for its type. Raises InvalidValue."""
    if text is None:
        if type_ in _INTEGER_LIMITS:
            raise InvalidValue(name, None, f"Not a number of type {type_.name}")
        return None
    trimmed = text.strip()
    match type_:
        case ConfigType.BOOLEAN:
            if trimmed.lower() not in ("true", "false"):
                raise InvalidValue(name, text, "Expected value to be either true or false")
            return trimmed.lower() == "true"
        case ConfigType.SHORT | ConfigType.INT | ConfigType.LONG:
            limit = _INTEGER_LIMITS[type_]
            # The length bound keeps a hostile text from costing a quadratic conversion.
            if _INTEGER.fullmatch(trimmed) and len(trimmed) < 40:
                number = int(trimmed)
                if -limit - 1 <= number <= limit:
                    return number
            raise InvalidValue(name, text, f"Not a number of type {type_.name}")
        case ConfigType.DOUBLE:
            if not _FLOAT.fullmatch(trimmed):
                raise InvalidValue(name, text, "Not a number of type DOUBLE")
            return float(trimmed)
        case ConfigType.LIST:
            return _parse_list(name, text, trimmed)
        case _:
            return trimmed


def _parse_list(name: str, text: str, trimmed: str) -> tuple[str, ...]:
    if not trimmed:
        return ()
    elements = _SEPARATOR.split(trimmed)
    if "" in elements:
        reason = f"Configuration '{name}' values must not be empty."
        raise InvalidValue(name, text, reason, is_whole=True)
    return tuple(dict.fromkeys(elements))


def render(value: Value) -> str | None:
    """The text of a value, as Kafka's `ConfigDef.convertToString` writes it."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case tuple():
            return ",".join(value)
        case float():
            return str(value).replace("e+", "E").replace("e", "E")
        case _:
            return str(value)
