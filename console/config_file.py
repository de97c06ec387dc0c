"""Which configuration file holds, and what it says about the engine and about clusters.

`--config` names a file that must exist; without it the user's own file counts if there is one, and
otherwise the built-in defaults do. Flags win over the file.
"""

from pathlib import Path

import platformdirs

from console.settings import load_settings
from engine.config.address import parse_address
from engine.config.broker_keys import BROKER_KEYS, explicit_texts
from engine.config.effective import BrokerConfigs
from engine.config.engine_config import EngineConfig
from engine.config.kinds import ConfigKey, Value
from engine.config.load import (
    ConfigError,
    ConfigProblem,
    Document,
    did_you_mean,
    engine_config,
    read,
)

_APP = "kconsole"
_CLUSTER_KEYS = ("bootstrap",)


def user_config_path() -> Path:
    """Where the user's own configuration file is looked for."""
    return platformdirs.user_config_path(_APP) / "config.toml"


def user_data_path() -> Path:
    """The data directory that is used when none is named."""
    return platformdirs.user_data_path(_APP)


def path_in_force(named: Path | None) -> Path | None:
    """The file that holds, or None when the built-in defaults do."""
    if named is not None:
        return named
    users = user_config_path()
    return users if users.is_file() else None


def document_in_force(named: Path | None) -> Document:
    """What the file says. Blocks; raises ConfigError."""
    path = path_in_force(named)
    return Document() if path is None else read(path)


def engine_config_of(document: Document, *, data: Path | None, listen: str | None) -> EngineConfig:
    """The engine's configuration with an absolute data directory. Raises ConfigError."""
    flags = {"listen": listen} if listen is not None else {}
    if data is not None:
        flags["data"] = str(data)
    config = engine_config(document, flags)
    directory = Path(config.data).expanduser() if config.data else user_data_path()
    return engine_config(document, flags | {"data": str(directory.absolute())})


def console_problems(document: Document) -> list[ConfigProblem]:
    """What is wrong with the settings of the console, which starts all the same."""
    _, problems = load_settings(document.section("console"))
    return [document.problem(("console", *each.path), each.reason) for each in problems]


def clusters_of(document: Document) -> dict[str, str]:
    """The bootstrap addresses of the clusters that the file names. Raises ConfigError."""
    problems: list[ConfigProblem] = []
    found: dict[str, str] = {}
    for name, table in document.section("clusters").items():
        path = ("clusters", name)
        if not isinstance(table, dict):
            problems.append(document.problem(path, "expected a table", f"[clusters.{name}]"))
            continue
        problems += [
            document.problem((*path, key), "unknown key" + did_you_mean(key, _CLUSTER_KEYS))
            for key in table
            if key not in _CLUSTER_KEYS
        ]
        try:
            found[name] = checked_bootstrap(table.get("bootstrap"))
        except ValueError as error:
            allowed = "HOST:PORT, several separated by commas"
            problems.append(document.problem((*path, "bootstrap"), str(error), allowed))
    if problems:
        raise ConfigError(problems)
    return found


def checked_bootstrap(given: object) -> str:
    """A list of addresses, separated by commas. Raises ValueError."""
    if not isinstance(given, str) or not given.strip():
        raise ValueError("expected addresses")
    return ",".join(str(parse_address(each)) for each in given.split(","))


def bootstrap_of(document: Document, given: str) -> str:
    """The addresses that `--bootstrap` means: a list of them, or the name of a cluster.

    Raises ConfigError.
    """
    clusters = clusters_of(document)
    if given in clusters:
        return clusters[given]
    try:
        return checked_bootstrap(given)
    except ValueError as error:
        message = f"{given!r} is no address and no cluster of the file: {error}"
        allowed = ", ".join(["HOST:PORT", *clusters])
        raise ConfigError([ConfigProblem("--bootstrap", 0, "", message, allowed)]) from error


def shown(config: EngineConfig) -> str:
    """The engine's configuration in force as TOML, each value with where it comes from."""
    broker = BrokerConfigs(config)
    set_keys = explicit_texts(config)
    lines = ["[engine]"]
    for name, key in BROKER_KEYS.items():
        value = broker.value(name)
        if value is not None:
            source = "set" if name in set_keys else "default"
            lines.append(f"{_toml_key(name)} = {_toml(key, value)}  # {source}")
    return "\n".join(lines) + "\n"


def _toml_key(name: str) -> str:
    hides = any(other.startswith(f"{name}.") for other in BROKER_KEYS)
    return f'"{name}"' if hides else name


def _toml(key: ConfigKey, value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case tuple():
            return "[" + ", ".join(f'"{each}"' for each in value) + "]"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case _:
            return "0" if value is None else str(value)
