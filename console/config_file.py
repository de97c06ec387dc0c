"""Which configuration file holds, and what it says about the engine and about clusters.

`--config` names a file that must exist; without it the user's own file counts if there is one, and
otherwise the built-in defaults do. Flags win over the file.
"""

from dataclasses import replace
from pathlib import Path

import platformdirs

from console.settings import load_settings
from engine.config.broker_keys import BROKER_KEYS
from engine.config.engine_config import EngineConfig
from engine.config.load import (
    ConfigError,
    ConfigProblem,
    Document,
    engine_config,
    read,
)

_APP = "kconsole"


def user_config_path() -> Path:
    """Where the user's own configuration file is looked for."""
    return platformdirs.user_config_path(_APP) / "config.toml"


def user_data_path() -> Path:
    """The data directory that is used when none is named."""
    return platformdirs.user_data_path(_APP)


def audit_path() -> Path:
    """The file to which every change that a console makes is written."""
    return user_data_path() / "audit.jsonl"


def user_state_path() -> Path:
    """The directory for what is remembered from one run to the next."""
    return platformdirs.user_state_path(_APP)


def path_in_force(named: Path | None) -> Path | None:
    """The file that holds, or None when the built-in defaults do."""
    if named is not None:
        return named
    users = user_config_path()
    try:
        return users if users.exists() else None
    except OSError:
        # It may be there and cannot be looked at: reading it tells why.
        return users


def document_in_force(named: Path | None, *, checks_sections: bool = True) -> Document:
    """What the file says. Blocks; raises ConfigError."""
    path = path_in_force(named)
    document = Document() if path is None else read(path, checks_sections=False)
    unknown = unknown_sections(document) if checks_sections else []
    if unknown:
        raise ConfigError(unknown)
    return document


def unknown_sections(document: Document) -> list[ConfigProblem]:
    """A problem for each section that nothing reads; of one with keys of the broker it says where
    those stand, for the section is named as this program calls its broker."""
    return [
        replace(each, message=f"{each.message}; what is set of the broker stands under [engine]")
        if _is_of_the_broker(each, document.tables[each.key])
        else each
        for each in document.unknown_sections()
    ]


def _is_of_the_broker(problem: ConfigProblem, section: object) -> bool:
    """A name that is nearly right is told so already."""
    if problem.message != "unknown section" or not isinstance(section, dict):
        return False
    beginnings = {name.split(".")[0] for name in BROKER_KEYS}
    return problem.key == "broker" or not beginnings.isdisjoint(section)


def engine_config_of(document: Document, *, data: Path | None, listen: str | None) -> EngineConfig:
    """The engine's configuration with an absolute data directory. Raises ConfigError."""
    flags = {"listen": listen} if listen is not None else {}
    if data is not None:
        flags["data"] = str(data)
    config = engine_config(document, flags)
    try:
        directory = Path(config.data).expanduser() if config.data else user_data_path()
    except RuntimeError as error:
        message = f"{config.data!r} names the home of a user that does not exist"
        if data is not None:
            raise ConfigError([ConfigProblem("--data", 0, "", message)]) from error
        raise ConfigError([document.problem(("engine", "data"), message)]) from error
    return replace(config, data=str(directory.absolute()))


def console_problems(document: Document) -> list[ConfigProblem]:
    """What is wrong with the settings of the console, which starts all the same."""
    _, problems = load_settings(document.section("console"))
    return [document.problem(("console", *each.path), each.reason) for each in problems]
