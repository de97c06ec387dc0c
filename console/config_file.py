"""Which configuration file holds, and what it says about the engine and about clusters.

`--config` names a file that must exist; without it the user's own file counts if there is one, and
otherwise the built-in defaults do. Flags win over the file.
"""

from dataclasses import replace
from pathlib import Path

import platformdirs

from console.settings import load_settings
from engine.config.address import parse_address
from engine.config.engine_config import EngineConfig
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
    try:
        return users if users.exists() else None
    except OSError:
        # It may be there and cannot be looked at: reading it tells why.
        return users


def document_in_force(named: Path | None, *, checks_sections: bool = True) -> Document:
    """What the file says. Blocks; raises ConfigError."""
    path = path_in_force(named)
    return Document() if path is None else read(path, checks_sections=checks_sections)


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
    texts = [each.strip() for each in given.split(",")]
    addresses: list[str] = []
    for text in texts:
        try:
            addresses.append(_server_address(text))
        except ValueError as error:
            raise ValueError(f"{text!r}: {error}" if len(texts) > 1 else str(error)) from error
    return ",".join(addresses)


def _server_address(text: str) -> str:
    address = parse_address(text)
    if not address.port:
        raise ValueError("nobody listens on port 0")
    return str(address)


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
