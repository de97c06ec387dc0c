"""The configuration file: reading config.toml, and saying precisely what is wrong with it.

`read` turns a file into a `Document`: its tables and the line of each key. `engine_config` makes
the engine's configuration of its sections `[engine]` (broker keys) and `[topics]` (defaults of
topics, by the names of topic keys). The sections `[console]`, `[clusters]` and `[alerts]` are
handed on untouched; their owner checks them with the same `Document`.

All problems of a file are found in one go. A problem names the file, the line, the key and what is
allowed. Keys may be written as Kafka writes them: `log.retention.ms = "7d"` is a nest of tables to
TOML and one key here.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from engine.config.broker_keys import BROKER_KEYS, key_of, static_value, with_values
from engine.config.coordinator_keys import faults
from engine.config.engine_config import FIELD_KEYS, EngineConfig
from engine.config.kinds import ConfigKey, ConfigType, InvalidValue, Unit, Value
from engine.config.lines import key_at, key_lines
from engine.config.listener_keys import listener_of
from engine.config.server_keys import ALIASES
from engine.config.topic_keys import TOPIC_KEYS
from engine.config.units import bytes_of, milliseconds_of
from engine.kernel.errors import EngineError

KeyPath: TypeAlias = tuple[str, ...]
Table: TypeAlias = Mapping[str, object]

SECTIONS = ("engine", "topics", "console", "clusters", "alerts")
_SYNTAX_PLACE = re.compile(r"^(?P<what>.*) \((?:at line (?P<line>\d+), column \d+|at end of.*)\)$")


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing that is wrong, and where; `line` counts from 1 and is 0 when there is none."""

    file: str
    line: int
    key: str
    message: str
    allowed: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        named = f"{place}: {self.key}" if self.key else place
        return f"{named}: {self.message}" + (f"; allowed: {self.allowed}" if self.allowed else "")


class ConfigError(EngineError):
    """A configuration that cannot be used, with everything that is wrong in it."""

    def __init__(self, problems: Iterable[ConfigProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Document:
    """A configuration file that is well-formed TOML; its keys are not checked yet."""

    file: str = ""
    tables: Table = field(default_factory=dict)
    lines: Mapping[KeyPath, int] = field(default_factory=dict)

    def section(self, name: str) -> Table:
        """A section's table, empty when the file has none. Raises ConfigError if it is no table."""
        found = self.tables.get(name, {})
        if not isinstance(found, dict):
            raise ConfigError([self.problem((name,), "expected a table", f"[{name}]")])
        return found

    def unknown_sections(self) -> list[ConfigProblem]:
        """A problem for each section that nothing reads."""
        return [
            self.problem((name,), "unknown section" + did_you_mean(name, SECTIONS), _BRACKETED)
            for name in self.tables
            if name not in SECTIONS
        ]

    def line_of(self, path: KeyPath) -> int:
        """The line where a key, or the nearest table around it, begins; 0 when unknown."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return 0

    def problem(self, path: KeyPath, message: str, allowed: str = "") -> ConfigProblem:
        """A problem with the key at `path`."""
        return ConfigProblem(self.file, self.line_of(path), ".".join(path), message, allowed)


def read(path: Path, *, checks_sections: bool = True) -> Document:
    """Read and parse a file; blocks on the disk. Raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        problem = ConfigProblem(str(path), 0, "", f"cannot be read: {error.strerror}")
        raise ConfigError([problem]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([ConfigProblem(str(path), 0, "", "is not UTF-8 text")]) from error
    return parse(text, file=str(path), checks_sections=checks_sections)


def parse(text: str, *, file: str, checks_sections: bool = True) -> Document:
    """The document of a text. Raises ConfigError for bad TOML, and for unknown sections unless
    whoever asks looks at those."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX_PLACE.match(str(error))
        line = int(found["line"]) if found and found["line"] else text.count("\n") + 1
        message = found["what"] if found else str(error)
        key = ".".join(key_at(text, line))
        allowed = _VALUES if key and message.startswith(_VALUE_FAULTS) else ""
        raise ConfigError([ConfigProblem(file, line, key, message, allowed)]) from error
    document = Document(file, tables, key_lines(text))
    unknown = document.unknown_sections() if checks_sections else []
    if unknown:
        raise ConfigError(unknown)
    return document


_VALUE_FAULTS = ("Invalid value", "Expected newline")
"""How the parser's words begin where a value has no quotes."""

_VALUES = "a number, true, false, or text in quotes"
_BRACKETED = ", ".join(f"[{name}]" for name in SECTIONS)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: a near miss, or nothing."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.7)
    return f", did you mean {near[0]}?" if near else ""


def engine_config(document: Document, flags: Mapping[str, str] | None = None) -> EngineConfig:
    """The engine's configuration: the file's, overridden by flags (key name to text).

    Raises ConfigError with every problem of `[engine]`, `[topics]` and the flags.
    """
    problems: list[ConfigProblem] = []
    values: dict[str, Value] = {}
    for path, given in _leaves(document.section("engine"), BROKER_KEYS, ("engine",)):
        name = ".".join(path[1:])
        key = key_of(name)
        if key.type is ConfigType.UNKNOWN:
            problems.append(document.problem(path, _unknown_broker_key(name)))
        else:
            _take(document, path, key, given, values, problems)
    for path, given in _leaves(document.section("topics"), TOPIC_KEYS, ("topics",)):
        name = ".".join(path[1:])
        row = TOPIC_KEYS.get(name)
        if row is None:
            hint = did_you_mean(name, TOPIC_KEYS)
            problems.append(document.problem(path, "unknown key" + hint))
        elif not row.synonyms:
            problems.append(document.problem(path, "can be set on single topics only"))
        else:
            key = BROKER_KEYS[row.synonyms[0].name]
            said = values.get(key.name)
            _take(document, path, key, given, values, problems)
            if said is not None and values[key.name] != said:
                message = f"stands for {key.name} of [engine], which says otherwise: keep one"
                problems.append(document.problem(path, message))
    problems += _alias_problems(document, values)
    for name, text in (flags or {}).items():
        _take(_flag(name), (), BROKER_KEYS[name], text, values, problems)
    config = with_values(EngineConfig(), values)
    problems += _listener_problems(document, config, is_flag="listen" in (flags or {}))
    problems += _group_problems(document, config)
    if problems:
        raise ConfigError(sorted(problems, key=lambda problem: problem.line))
    return config


def set_for_topics(document: Document) -> dict[str, str]:
    """The keys of `[topics]`, by the broker's keys that they stand for. The section holds."""
    names = [
        ".".join(path[1:])
        for path, _ in _leaves(document.section("topics"), TOPIC_KEYS, ("topics",))
    ]
    return {TOPIC_KEYS[name].synonyms[0].name: name for name in names}


def _alias_problems(document: Document, values: Mapping[str, Value]) -> list[ConfigProblem]:
    """Keys whose other names say something else."""
    return [
        document.problem(("engine", *name.split(".")), f"stands for {key}, which says otherwise")
        for name, key in ALIASES.items()
        if name in values and key in values
        if static_value(with_values(EngineConfig(), {name: values[name]}), key) != values[key]
    ]


def _listener_problems(
    document: Document, config: EngineConfig, *, is_flag: bool
) -> list[ConfigProblem]:
    """What is wrong with the listeners among each other. `is_flag`: `listen` came as a flag."""
    try:
        found = [each for each in config.all_listeners if each.is_unreachable]
    except ValueError as error:
        return [document.problem(("engine", "listeners"), str(error))]
    problems = []
    names = [each.name.lower() for each in config.all_listeners]
    for name in sorted(config.explicit):
        listener = listener_of(name)
        if listener is not None and listener not in names:
            path = ("engine", *name.split("."))
            problems.append(document.problem(path, "no listener has this name", ", ".join(names)))
    for each in found:
        of_flag = is_flag and each.key == "listen"
        where, path = (_flag("listen"), ()) if of_flag else (document, ("engine", each.key))
        problems.append(
            where.problem(
                path,
                f"{each.address} is no address that clients can be told to use",
                "one address, or every address together with the key advertised.listeners under "
                "[engine] in the configuration file",
            )
        )
    return problems


def _group_problems(document: Document, config: EngineConfig) -> list[ConfigProblem]:
    """What is wrong with the keys of consumer groups among each other."""
    values = {name: static_value(config, name) for name in FIELD_KEYS}
    return [
        document.problem(("engine", *name.split(".")), message) for name, message in faults(values)
    ]


def _flag(name: str) -> Document:
    """What stands for the file in problems with a flag."""
    return Document(file=f"--{name}")


def _unknown_broker_key(name: str) -> str:
    if name in TOPIC_KEYS:
        return "is a key of topics; its default for all topics goes under [topics]"
    return "unknown key" + did_you_mean(name, BROKER_KEYS)


def _take(
    document: Document,
    path: KeyPath,
    key: ConfigKey,
    given: object,
    values: dict[str, Value],
    problems: list[ConfigProblem],
) -> None:
    try:
        values[key.name] = key.parse(_text(key, given))
    except InvalidValue as error:
        message, allowed = f"{given!r} cannot be used: {error.reason}", _allowed(key)
        # Kafka's own words say in some cases already what is allowed.
        is_said = error.reason.endswith(allowed)
        problems.append(document.problem(path, message, "" if is_said else allowed))


def _allowed(key: ConfigKey) -> str:
    """What a key takes, for people."""
    kind = {
        ConfigType.BOOLEAN: "true or false",
        ConfigType.SHORT: "a whole number",
        ConfigType.INT: "a whole number",
        ConfigType.LONG: "a whole number",
        ConfigType.DOUBLE: "a number",
        ConfigType.LIST: "a list",
    }.get(key.type, "text")
    unit = {
        Unit.MILLISECONDS: ' of milliseconds or a duration such as "90s" or "7d"',
        Unit.BYTES: ' of bytes or a size such as "64MiB"',
    }.get(key.unit, "")
    check = key.check.allowed
    if key.type is ConfigType.STRING and check:
        return check
    return f"{kind}{unit}" + (f", {check}" if check else "")


def _text(key: ConfigKey, given: object) -> str:
    """The text, as Kafka would be sent it, of a value in TOML."""
    match given:
        case bool():
            return "true" if given else "false"
        case str() if key.unit is Unit.MILLISECONDS:
            amount = milliseconds_of(given)
            return given if amount is None else str(amount)
        case str() if key.unit is Unit.BYTES:
            amount = bytes_of(given)
            return given if amount is None else str(amount)
        case list() if key.type is ConfigType.LIST:
            return ",".join(str(element) for element in given)
        case str() | int() | float():
            return str(given)
        case _:
            raise InvalidValue(key.name, given, f"expected {_allowed(key)}")


def _leaves(
    table: Table, known: Mapping[str, object], path: KeyPath
) -> Iterator[tuple[KeyPath, object]]:
    """The keys of a nest of tables, with the dotted names that TOML took apart."""
    for name, value in table.items():
        inner = (*path, name)
        dotted = ".".join(inner[1:])
        is_key = dotted in known and not any(key.startswith(f"{dotted}.") for key in known)
        if isinstance(value, dict) and not is_key:
            yield from _leaves(value, known, inner)
        else:
            yield inner, value
