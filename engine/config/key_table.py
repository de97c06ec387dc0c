"""The compact form in which the tables of broker keys are written, and its reader.

    name | type and flags | default | allowed
        What it means, on as many lines as it takes.

- type: boolean, string, int, short, long, double, list, class or password
- flags: `dynamic` for what clients may change while the broker runs, `one-broker` if it can be
  changed for single brokers only, `listener` if for single listeners only; `restart` for what a
  change of the configuration file does not reach before the next start; `hidden` for what is told
  only where it was set
- default: `null` for none, nothing for an empty text or list
- allowed: `1..` or `1..9` for numbers, words separated by commas, or the name of a check

The unit of a number follows from its name: keys that end in `.ms` are times, those that end in
`bytes` are sizes.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from engine.config.address import HostPort
from engine.config.host_limits import HostLimits
from engine.config.kinds import (
    Anything,
    Check,
    ConfigKey,
    ConfigType,
    OneDirectory,
    OneOf,
    Range,
    Unit,
    parse,
)
from engine.config.listeners import NamedAddresses

_NUMBERS: Final = frozenset({ConfigType.INT, ConfigType.SHORT, ConfigType.LONG, ConfigType.DOUBLE})
_CHECKS: Final[Mapping[str, Check]] = {
    "address": HostPort(),
    "address or nothing": HostPort(may_be_empty=True),
    "named addresses": NamedAddresses(),
    "limits of hosts": HostLimits(),
    "one directory": OneDirectory(),
    "migration policy": OneOf(("bidirectional", "upgrade", "downgrade", "disabled")),
}
_FLAGS: Final = frozenset({"dynamic", "one-broker", "listener", "restart", "hidden"})


def read_keys(table: str, no_effect: str = "") -> Iterator[ConfigKey]:
    """The keys of a table. `no_effect` says why none of them changes anything here."""
    heading, documentation = "", ""
    for line in table.splitlines():
        if line.startswith(" "):
            documentation = f"{documentation} {line.strip()}".lstrip()
        elif line:
            if heading:
                yield _key(heading, documentation, no_effect)
            heading, documentation = line, ""
    if heading:
        yield _key(heading, documentation, no_effect)


def _key(heading: str, documentation: str, no_effect: str) -> ConfigKey:
    name, kind, default, *allowed = (cell.strip() for cell in heading.split("|"))
    word, *flags = kind.split()
    assert _FLAGS.issuperset(flags), heading
    assert documentation.endswith("."), heading
    type_ = ConfigType[word.upper()]
    if no_effect:
        meaning = documentation[0].lower() + documentation[1:]
        documentation = f"No effect: {no_effect} In Kafka: {meaning}"
    return ConfigKey(
        name,
        type_,
        None if default == "null" else parse(name, type_, default),
        documentation,
        _check(allowed[0], type_) if allowed else Anything(),
        _unit(name, type_),
        is_read_only=not {"dynamic", "one-broker", "listener"}.intersection(flags),
        is_sensitive=type_ is ConfigType.PASSWORD,
        is_hidden="hidden" in flags,
        is_of_one_broker="one-broker" in flags,
        is_of_a_listener="listener" in flags,
        needs_restart="restart" in flags,
    )


def _check(allowed: str, type_: ConfigType) -> Check:
    if allowed in _CHECKS:
        return _CHECKS[allowed]
    if type_ in _NUMBERS:
        least, most = (float(each) if each else None for each in allowed.split(".."))
        assert least is not None, allowed
        return Range(_plain(least), None if most is None else _plain(most))
    return OneOf(tuple(word.strip() for word in allowed.split(",")))


def _plain(bound: float) -> float:
    """A bound as messages show it: whole numbers without a point."""
    return int(bound) if bound.is_integer() else bound


def _unit(name: str, type_: ConfigType) -> Unit:
    if type_ not in _NUMBERS or type_ is ConfigType.DOUBLE:
        return Unit.NONE
    if name.endswith(".ms"):
        return Unit.MILLISECONDS
    return Unit.BYTES if name.endswith("bytes") else Unit.NONE
