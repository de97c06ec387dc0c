"""Which configuration file holds, and what it says about the engine.

`--config` names a file that must exist; without it the user's own file counts if there is one, and
otherwise the built-in defaults do. Flags win over the file.
"""

from pathlib import Path

import platformdirs

from engine.config.broker_keys import BROKER_KEYS, explicit_texts
from engine.config.effective import BrokerConfigs
from engine.config.engine_config import EngineConfig
from engine.config.kinds import ConfigKey, Value
from engine.config.load import Document, engine_config, read

_APP = "kconsole"


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
