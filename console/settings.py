"""What `[console]` of config.toml says: look, pace, times and keys. Pure.

Every fault is told and none is fatal: an entry that is wrong keeps its default, so that the console
always starts. Names of themes and of actions are checked by who knows them, `console.theming` and
`console.keys`.
"""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

INTERVAL_S_MIN, INTERVAL_S_MAX = 0.5, 3600.0
ELSEWHERE = frozenset({"schema_registry"})
"""Keys that are read by `console.saved_clusters`: they lead to secrets."""

NO_KEYS: Mapping[str, str] = MappingProxyType({})


class TimeStyle(StrEnum):
    """How moments are shown."""

    LOCAL = "local"
    UTC = "utc"
    RELATIVE = "relative"

    @property
    def next(self) -> "TimeStyle":
        """The style after this one, round and round."""
        styles = list(TimeStyle)
        return styles[(styles.index(self) + 1) % len(styles)]


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the console, each with its default.

    `theme` is the one in use at the start, one of the pair between which ctrl+t switches.
    `interval_s` is the pace at which the cluster is asked. `keys` overrides the preset's keys by
    the id of the action.
    """

    theme: str = "midnight"
    theme_dark: str = "midnight"
    theme_light: str = "paper"
    interval_s: float = 1.0
    times: TimeStyle = TimeStyle.LOCAL
    is_internal_shown: bool = False
    key_preset: str = "plain"
    keys: Mapping[str, str] = field(default_factory=lambda: NO_KEYS)

    def other_theme(self, current: str) -> str:
        """The theme that ctrl+t switches to."""
        return self.theme_light if current == self.theme_dark else self.theme_dark


@dataclass(frozen=True, slots=True)
class SettingsProblem:
    """An entry of `[console]` that was not taken: where it stands, and why."""

    path: tuple[str, ...]
    reason: str

    def __str__(self) -> str:
        return f"{'.'.join(('console', *self.path))}: {self.reason}"


def load_settings(
    table: Mapping[str, object],
) -> tuple[Settings, tuple[SettingsProblem, ...]]:
    """The settings of a parsed `[console]` table, and every fault in it."""
    settings, problems = Settings(), []
    for key, value in table.items():
        if key in ELSEWHERE:
            continue
        if key == "keys" and isinstance(value, Mapping):
            settings, wrong_keys = _with_keys(settings, value)
            problems += wrong_keys
            continue
        read = _READERS.get(key)
        if read is None:
            problems.append(SettingsProblem((key,), _no_such(key)))
            continue
        try:
            settings = read(settings, value)
        except _Wrong as wrong:
            problems.append(SettingsProblem((key,), str(wrong)))
    return settings, tuple(problems)


class _Wrong(Exception):
    """Why a value was not taken."""


def _no_such(key: str) -> str:
    near = difflib.get_close_matches(key, _READERS, n=1)
    return "there is no such setting" + (f"; do you mean {near[0]}?" if near else "")


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Wrong("must be a text")
    return value.strip()


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("must be true or false")
    return value


def _seconds(value: object) -> float:
    """A number of seconds, or a text such as `500ms`, `2s`, `1m`."""
    number: float | None = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value)
    elif isinstance(value, str):
        number = parse_interval(value)
    if number is None or not _is_in_bounds(number):
        raise _Wrong("must be from 0.5 to 3600 seconds, such as 2 or '500ms'")
    return number


def is_interval(text: str) -> bool:
    """Whether a text is an interval at which a cluster may be asked."""
    seconds = parse_interval(text)
    return seconds is not None and _is_in_bounds(seconds)


def _is_in_bounds(seconds: float) -> bool:
    return INTERVAL_S_MIN <= seconds <= INTERVAL_S_MAX


def parse_interval(text: str) -> float | None:
    """Seconds of `5`, `500ms`, `2s` or `1m`; None when it is none of these or not positive."""
    wanted = text.strip().lower()
    for unit, seconds in (("ms", 0.001), ("s", 1.0), ("m", 60.0)):
        if wanted.endswith(unit):
            wanted, factor = wanted.removesuffix(unit).strip(), seconds
            break
    else:
        factor = 1.0
    if not wanted.replace(".", "", 1).isascii() or not wanted.replace(".", "", 1).isdigit():
        return None
    return float(wanted) * factor or None


def _time_style(value: object) -> TimeStyle:
    try:
        return TimeStyle(_text(value).lower())
    except ValueError:
        raise _Wrong(f"must be one of {', '.join(TimeStyle)}") from None


def _with_keys(
    settings: Settings, table: Mapping[str, object]
) -> tuple[Settings, list[SettingsProblem]]:
    """`[console.keys]`: overrides by action, and `preset` among them."""
    taken: dict[str, str] = {}
    problems: list[SettingsProblem] = []
    for path, value in _entries(table):
        if isinstance(value, str):
            taken[".".join(path)] = value
        else:
            problems.append(SettingsProblem(("keys", *path), 'must be a text such as "o,enter"'))
    preset = taken.pop("preset", settings.key_preset)
    return replace(settings, key_preset=preset, keys=MappingProxyType(taken)), problems


def _entries(
    table: Mapping[str, object], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], object]]:
    """Dotted names, since TOML reads `topics.delete = "D"` as a table within a table."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _entries(value, (*path, name))
        else:
            yield (*path, name), value


def _set(name: str, read: Callable[[object], object]) -> Callable[[Settings, object], Settings]:
    def change(settings: Settings, value: object) -> Settings:
        fields: dict[str, object] = {name: read(value)}
        return replace(settings, **fields)  # type: ignore[arg-type] # the reader fits its field

    return change


_READERS: Mapping[str, Callable[[Settings, object], Settings]] = {
    "theme": _set("theme", _text),
    "theme_dark": _set("theme_dark", _text),
    "theme_light": _set("theme_light", _text),
    "interval": _set("interval_s", _seconds),
    "times": _set("times", _time_style),
    "show_internal_topics": _set("is_internal_shown", _switch),
    "keys": _set("key_preset", _text),
}
