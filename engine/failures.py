"""Why an engine did not start, for people and for the process that started it.

The one translation from errors to sentences and exit codes; the command line and the child process
share it.
"""

import os
from dataclasses import dataclass
from enum import Enum

from engine.config.load import ConfigError
from engine.kernel.errors import EngineError
from engine.server.listener import AddressInUse
from engine.storage.errors import DirectoryInUse

EXIT_FAILED = 1
EXIT_MISCONFIGURED = 2


class FailureKind(Enum):
    """What somebody can do about it."""

    ADDRESS_IN_USE = "address-in-use"
    DIRECTORY_IN_USE = "directory-in-use"
    MISCONFIGURED = "misconfigured"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class StartFailure:
    """A failed start. `pid` and `address` are those of whoever is in the way, if known."""

    kind: FailureKind
    message: str
    pid: int = 0
    address: str = ""

    @property
    def exit_code(self) -> int:
        return EXIT_MISCONFIGURED if self.kind is FailureKind.MISCONFIGURED else EXIT_FAILED


def failure_of(error: EngineError | OSError) -> StartFailure:
    """The failure that an error means."""
    match error:
        case DirectoryInUse():
            return StartFailure(
                FailureKind.DIRECTORY_IN_USE,
                f"{error}; stop that process, or choose another directory with --data",
                error.pid,
                error.address,
            )
        case AddressInUse():
            return StartFailure(
                FailureKind.ADDRESS_IN_USE,
                f"{error}; choose another address with --listen (port 0 takes any free one)",
                address=f"{error.host}:{error.port}",
            )
        case ConfigError():
            return StartFailure(FailureKind.MISCONFIGURED, str(error))
        case OSError():
            reason = os.strerror(error.errno) if error.errno else str(error)
            named = f"{error.filename}: {reason}" if error.filename else reason
            return StartFailure(FailureKind.OTHER, named)
        case _:
            return StartFailure(FailureKind.OTHER, str(error))
