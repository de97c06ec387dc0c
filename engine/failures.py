"""Why an engine did not start, for people and for the process that started it.

The one translation from errors to sentences and exit codes; the command line and the child process
share it.
"""

import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from engine.config.load import ConfigError
from engine.kernel.errors import EngineError
from engine.server.errors import AddressInUse
from engine.storage.errors import DirectoryInUse, OtherNode, StorageDamaged

EXIT_FAILED = 1
EXIT_MISCONFIGURED = 2

_HOW_TO_SET = {"listen": "--listen"}
"""Keys of the configuration that have a flag."""


class FailureKind(Enum):
    """What somebody can do about it."""

    ADDRESS_IN_USE = "address-in-use"
    DIRECTORY_IN_USE = "directory-in-use"
    MISCONFIGURED = "misconfigured"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class StartFailure:
    """A failed start. `pid`, `address` and `metrics`, where it tells its metrics, are those of
    whoever is in the way, if known."""

    kind: FailureKind
    message: str
    pid: int = 0
    address: str = ""
    metrics: str = ""

    @property
    def exit_code(self) -> int:
        return EXIT_MISCONFIGURED if self.kind is FailureKind.MISCONFIGURED else EXIT_FAILED


def failure_of(error: EngineError | OSError, data: str) -> StartFailure:
    """The failure that an error means to an engine that stores in `data`."""
    match error:
        case DirectoryInUse():
            return StartFailure(
                FailureKind.DIRECTORY_IN_USE,
                f"{error}; stop that process, or choose another directory with --data",
                error.pid,
                error.address,
                error.metrics,
            )
        case AddressInUse():
            return StartFailure(
                FailureKind.ADDRESS_IN_USE,
                f"{error}; choose another address with {_HOW_TO_SET.get(error.key, error.key)} "
                "(port 0 takes any free one)",
                address=str(error.address),
            )
        case OtherNode():
            return StartFailure(
                FailureKind.OTHER,
                f"{error}; set node.id = {error.owner}, or choose another directory with --data",
            )
        case ConfigError():
            return StartFailure(FailureKind.MISCONFIGURED, str(error))
        case StorageDamaged():
            return StartFailure(
                FailureKind.OTHER,
                f"{error}; restore a backup, or see with `kconsole repair {data}` what can be kept",
            )
        case FileExistsError() | NotADirectoryError() if (
            file := _file_in_place_of(data)
        ) is not None:
            message = f"{file} is a file, not a directory; choose another directory with --data"
            return StartFailure(FailureKind.OTHER, message)
        case OSError():
            reason = os.strerror(error.errno) if error.errno else str(error)
            where = f" ({error.filename})" if error.filename not in (None, data) else ""
            message = f"cannot use the data directory {data}: {reason}{where}"
            return StartFailure(FailureKind.OTHER, message)
        case _:
            return StartFailure(FailureKind.OTHER, str(error))


def _file_in_place_of(data: str) -> Path | None:
    """What stands where a directory is needed, the data directory or one above it. Blocks."""
    path = Path(data)
    places = (path, *path.parents)
    return next((each for each in places if each.exists() and not each.is_dir()), None)
