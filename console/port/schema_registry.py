"""A schema registry: where it is, what it can be asked, how that fails."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

_REGISTRY_URL = "http://HOST:PORT or https://HOST:PORT"


class Password(Protocol):
    """A reference to a password; as text it says where the password is kept."""

    def read(self) -> str:
        """The password itself. May block for some seconds."""
        ...


@dataclass(frozen=True, slots=True)
class RegistryAddress:
    """Where a registry is and how to get in; `url` is checked.

    Over TLS the authorities of the file `ca` are trusted, or those of the system without it.
    """

    url: str
    username: str = ""
    password: Password | None = None
    ca: Path | None = None


def checked_registry_url(given: str) -> str:
    """The address of a registry. Raises ValueError, which never repeats a name or password."""
    try:
        parts = urlsplit(given.strip())
        port = parts.port
    except ValueError:
        # What Python says of it repeats it, and a password may be what makes it wrong.
        raise ValueError(f"expected {_REGISTRY_URL}") from None
    if parts.username is not None or parts.password is not None:
        raise ValueError("a name and password are not written into the address")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise ValueError(f"expected {_REGISTRY_URL}")
    if port == 0:
        raise ValueError("nobody listens on port 0")
    return given.strip().rstrip("/")


class SchemaKind(Enum):
    """The languages of schemas, by their names in a registry."""

    AVRO = "AVRO"
    PROTOBUF = "PROTOBUF"
    JSON = "JSON"


@dataclass(frozen=True, slots=True)
class NamedText:
    """A schema that another refers to; `name` is how it does."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema with all that it refers to, what is referred to before what refers.

    The texts of Protobuf are file descriptors in base64, as registries serialize them.
    """

    kind: SchemaKind
    text: str
    references: tuple[NamedText, ...] = ()


class SchemaUnusable(Exception):
    """A schema that cannot be had or used; the text is a clause that says why."""


class RegistryUnreachable(SchemaUnusable):
    """No schema can be had at present."""


class SchemaSource(Protocol):
    """A schema registry."""

    async def schema(self, schema_id: int) -> Schema:
        """The schema of an id. Ends in bounded time. Raises SchemaUnusable."""
        ...
