"""Where a secret is kept: an environment variable, a file, a keyring, the output of a command.

A secret is named by reference and read anew whenever it is used, so that what was changed outside
holds for the next connection. No object keeps its text: what is printed, logged or compared is the
reference alone.
"""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from engine.kernel.errors import EngineError
from engine.kernel.limits import SECRET_BYTES_MAX

COMMAND_TIMEOUT_S = 10.0


class SecretMissing(EngineError):
    """A secret that is not where its reference says, and why. Never carries the secret."""


class Secret(Protocol):
    """A reference to a secret; as text it says where the secret is kept."""

    def read(self) -> str:
        """The secret itself. May block for some seconds; raises SecretMissing."""
        ...


@dataclass(frozen=True, slots=True)
class EnvironmentSecret:
    """An environment variable."""

    name: str
    environment: Mapping[str, str] = field(repr=False)

    def read(self) -> str:
        found = self.environment.get(self.name)
        if not found:
            state = "not set" if found is None else "empty"
            raise SecretMissing(f"{self} is {state}")
        if not found.isprintable() and any("\ud800" <= sign <= "\udfff" for sign in found):
            raise SecretMissing(f"{self} is not UTF-8 text")
        return found

    def __str__(self) -> str:
        return f"the environment variable {self.name}"


@dataclass(frozen=True, slots=True)
class FileSecret:
    """A file that holds nothing else; a line end after it does not count."""

    path: Path

    def read(self) -> str:
        try:
            with self.path.open("rb") as file:
                content = file.read(SECRET_BYTES_MAX + 1)
        except OSError as error:
            raise SecretMissing(f"{self} cannot be read: {error.strerror}") from None
        return _text(content, str(self))

    def __str__(self) -> str:
        return f"the file {self.path}"


@dataclass(frozen=True, slots=True)
class CommandSecret:
    """What a command prints. It gets no input, and its error output is not looked at."""

    arguments: tuple[str, ...] = field(repr=False)

    def read(self) -> str:
        try:
            done = subprocess.run(  # noqa: S603 - the user's own configuration names it
                self.arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=COMMAND_TIMEOUT_S,
                check=False,
            )
        except OSError as error:
            raise SecretMissing(f"{self} cannot be run: {error.strerror}") from None
        except subprocess.TimeoutExpired:
            # Not chained: the error carries what the command had printed.
            raise SecretMissing(f"{self} took longer than {COMMAND_TIMEOUT_S:g} s") from None
        if done.returncode:
            raise SecretMissing(f"{self} failed with the exit code {done.returncode}")
        return _text(done.stdout, f"the output of {self}")

    def __str__(self) -> str:
        return f"the command {self.arguments[0]}"


@dataclass(frozen=True, slots=True)
class KeyringSecret:
    """An entry of the keyring of the system, for which the extra `keyring` is installed."""

    service: str
    username: str

    def read(self) -> str:
        try:
            import keyring
            from keyring.errors import KeyringError
        except ImportError:
            hint = "the library for it is missing: pip install 'kconsole[keyring]'"
            raise SecretMissing(f"{self} cannot be read, {hint}") from None
        try:
            found = keyring.get_password(self.service, self.username)
        except KeyringError as error:
            raise SecretMissing(f"{self} cannot be read: {type(error).__name__}") from None
        if not found:
            raise SecretMissing(f"{self} does not exist")
        return found

    def __str__(self) -> str:
        return f"the keyring's entry {self.service}/{self.username}"


def _text(content: bytes, where: str) -> str:
    if len(content) > SECRET_BYTES_MAX:
        raise SecretMissing(f"{where} is longer than {SECRET_BYTES_MAX} bytes")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        # Not chained: the error carries the content.
        raise SecretMissing(f"{where} is not UTF-8 text") from None
    text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        raise SecretMissing(f"{where} is empty")
    return text
