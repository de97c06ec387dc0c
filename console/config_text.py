"""The configuration in force as TOML, each value with where it comes from: `kconsole config show`.

What is printed can be kept as a configuration file: it says the same when it is read back, but for
secrets, which are not told. Keys that change nothing here are left out unless they were set.
"""

import json
from collections.abc import Callable, Iterator, Mapping

from console.saved_alerts import alerts_of
from console.saved_clusters import clusters_of, own_registry
from console.settings import Settings, load_settings
from engine.config.broker_keys import BROKER_KEYS, explicit_texts, key_of
from engine.config.effective import BrokerConfigs
from engine.config.engine_config import EngineConfig
from engine.config.inert_keys import INERT_KEYS
from engine.config.load import Document, set_for_topics
from engine.config.server_keys import ALIASES

_SETTINGS: Mapping[str, Callable[[Settings], object]] = {
    "theme": lambda settings: settings.theme,
    "theme_dark": lambda settings: settings.theme_dark,
    "theme_light": lambda settings: settings.theme_light,
    "interval": lambda settings: f"{settings.interval_s:g}s",
    "times": lambda settings: str(settings.times),
    "show_internal_topics": lambda settings: settings.is_internal_shown,
}


def shown(engine: EngineConfig, document: Document) -> str:
    """Everything that holds: the engine's configuration, and what a file says about the rest.

    An entry of the console that is wrong is shown with the default that holds instead. Raises
    ConfigError for clusters that are wrong.
    """
    lines = [*_engine(engine, set_for_topics(document)), "", *_console(document), ""]
    lines += [*_clusters(document), *_alerts(document)]
    return "\n".join(lines).rstrip() + "\n"


def _engine(config: EngineConfig, of_topics: Mapping[str, str]) -> Iterator[str]:
    """The keys of the broker, those of `of_topics` under their names for topics."""
    broker = BrokerConfigs(config)
    set_keys = explicit_texts(config)
    yield "[engine]"
    for name in broker.names:
        key = key_of(name)
        value, is_set = broker.value(name), name in set_keys
        is_inert = name in INERT_KEYS and not is_set
        if value is None or name in ALIASES or name in of_topics or is_inert:
            continue
        hides = any(other.startswith(f"{name}.") for other in BROKER_KEYS)
        written = _quoted(name) if hides else name
        line = _line(written, value, is_set=is_set)
        yield f"# {written} is a secret" if key.is_sensitive else line
    if of_topics:
        yield ""
        yield "[topics]"
    for name, name_of_topics in of_topics.items():
        yield _line(name_of_topics, broker.value(name), is_set=True)


def _console(document: Document) -> Iterator[str]:
    table = document.section("console")
    settings, problems = load_settings(table)
    refused = {problem.path[0] for problem in problems}
    yield "[console]"
    for name, value_of in _SETTINGS.items():
        yield _line(name, value_of(settings), is_set=name in table and name not in refused)
    registry = table.get("schema_registry")
    if own_registry(document)[0] is not None and isinstance(registry, dict):
        for name, value in registry.items():
            yield _line(f"schema_registry.{name}", value, is_set=True)
    yield ""
    yield "[console.keys]"
    default = Settings().key_preset
    yield _line("preset", settings.key_preset, is_set=settings.key_preset != default)
    for name, keys in settings.keys.items():
        yield _line(_quoted(name), keys, is_set=True)


def _clusters(document: Document) -> Iterator[str]:
    for name, profile in clusters_of(document).items():
        yield f"[clusters.{_quoted(name)}]"
        yield _line("bootstrap", profile.bootstrap, is_set=True)
        for key, value in profile.written.items():
            if key != "bootstrap":
                yield _line(key, value, is_set=True)
        yield ""


def _alerts(document: Document) -> Iterator[str]:
    for told in alerts_of(document)[0]:
        yield f"[alerts.{_quoted(told.rule.name)}]"
        for key, value in told.written.items():
            # An address written out may be all that it takes to post there.
            is_secret = key == "webhook" and isinstance(value, str)
            yield "# webhook is a secret" if is_secret else _line(key, value, is_set=True)
        yield ""


def _line(name: str, value: object, *, is_set: bool) -> str:
    return f"{name} = {_toml(value)}  # {'set' if is_set else 'default'}"


def _toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case tuple() | list():
            return "[" + ", ".join(_quoted(str(each)) for each in value) + "]"
        case dict():
            pairs = (f"{_quoted(name)} = {_toml(inner)}" for name, inner in value.items())
            return "{ " + ", ".join(pairs) + " }"
        case str():
            return _quoted(value)
        case _:
            return str(value)


def _quoted(text: str) -> str:
    """A basic string of TOML, which is one of JSON but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
