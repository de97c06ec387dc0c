"""References to secrets as a configuration file writes them, such as `{ env = "KAFKA_PASSWORD" }`.

A secret itself is refused wherever it stands, and never repeated in the refusal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.client.secret import (
    CommandSecret,
    EnvironmentSecret,
    FileSecret,
    KeyringSecret,
    Secret,
    SecretMissing,
)
from engine.kernel.clock import Clock

_KINDS = ("env", "file", "keyring", "command")
_ENDPOINT_KEYS = {"endpoint", "client_id", "client_secret", "scope", "ca"}


class WrongReference(Exception):
    """Why a reference was not taken. Never carries what may be a secret."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What a cluster's way in takes from outside the file: environment, time, chance."""

    environment: Mapping[str, str] = field(repr=False)
    clock: Clock
    nonce: Callable[[], bytes]


class SecretReader:
    """Makes secrets of what the file says; `path_of` says where a path of the file leads."""

    def __init__(self, outside: Outside, path_of: Callable[[str], Path]) -> None:
        self._outside = outside
        self._path_of = path_of

    def secret(self, given: object) -> Secret:
        """A secret by reference. Raises WrongReference."""
        if not isinstance(given, dict):
            raise WrongReference("a secret is not written into the file, only where it is kept")
        if len(given) != 1 or not given.keys() <= set(_KINDS):
            raise WrongReference(f"expected one of {', '.join(_KINDS)}")
        ((kind, value),) = given.items()
        if kind == "command":
            return CommandSecret(self._arguments(value))
        text = _text(kind, value)
        if kind == "env":
            return EnvironmentSecret(text, self._outside.environment)
        if kind == "file":
            return FileSecret(self._path_of(text))
        service, slash, username = text.rpartition("/")
        if not slash or not service or not username:
            raise WrongReference('keyring: expected "SERVICE/USER"')
        return KeyringSecret(service, username)

    def token(self, given: object) -> Secret:
        """A token by reference, or from an endpoint. Raises WrongReference."""
        if not isinstance(given, dict) or "endpoint" not in given:
            return self.secret(given)
        # Loaded here: it brings an HTTP client with it, which few configurations need.
        from engine.client.token_endpoint import TokenEndpoint, is_safe

        unknown = given.keys() - _ENDPOINT_KEYS
        if unknown:
            raise WrongReference(f"{min(unknown)} does not go with an endpoint")
        url = _text("endpoint", given["endpoint"])
        if not is_safe(url):
            raise WrongReference("the endpoint has to be https://, without a name or password")
        if "client_secret" not in given:
            raise WrongReference("an endpoint needs client_id and client_secret")
        return TokenEndpoint(
            url,
            _text("client_id", given.get("client_id")),
            self.secret(given["client_secret"]),
            self._outside.clock,
            _text("scope", given["scope"]) if "scope" in given else "",
            self._path_of(_text("ca", given["ca"])) if "ca" in given else None,
        )

    def _arguments(self, value: object) -> tuple[str, ...]:
        words = value if isinstance(value, list) else []
        if not words or not all(isinstance(each, str) and each for each in words):
            raise WrongReference('command: expected a list such as ["pass", "kafka"]')
        return tuple(words)


@dataclass(frozen=True, slots=True)
class MissingSecret:
    """A secret that is not where the key of a configuration says, why, and what to do."""

    key: str
    reason: str
    advice: str

    def __str__(self) -> str:
        return f"{self.reason}; {self.advice}, or name another place"


def missing_secrets(secrets: Mapping[str, Secret]) -> list[MissingSecret]:
    """Those that cannot be read, by their keys. Blocks.

    Commands are not run: they may ask somebody, or count how often they are.
    """
    found = []
    for key, secret in secrets.items():
        kept = _kept(secret)
        if isinstance(kept, CommandSecret):
            continue
        try:
            kept.read()
        except SecretMissing as error:
            is_fixed = isinstance(kept, EnvironmentSecret)
            advice = "set it and start kconsole again" if is_fixed else "put it there"
            found.append(MissingSecret(key, str(error), advice))
    return found


def _kept(secret: Secret) -> Secret:
    """The secret that is kept somewhere: of an endpoint, what it asks for."""
    if isinstance(secret, EnvironmentSecret | FileSecret | KeyringSecret | CommandSecret):
        return secret
    # Whoever made the secret has loaded it.
    from engine.client.token_endpoint import TokenEndpoint

    return secret.client_secret if isinstance(secret, TokenEndpoint) else secret


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise WrongReference(f"{name}: expected text")
    return value
