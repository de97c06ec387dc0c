"""How a client makes sure of a cluster and makes itself known to it. Values only.

`Tls` says what is trusted and what is shown; a SASL mechanism says who logs in. Secrets are
references here, so that these values can be printed, compared and kept in memory for ever.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from engine.client.secret import Secret

PLAIN, OAUTHBEARER = "PLAIN", "OAUTHBEARER"
ScramName: TypeAlias = Literal["SCRAM-SHA-256", "SCRAM-SHA-512"]
SCRAM_NAMES: tuple[ScramName, ...] = ("SCRAM-SHA-256", "SCRAM-SHA-512")
MECHANISMS = (PLAIN, *SCRAM_NAMES, OAUTHBEARER)


@dataclass(frozen=True, slots=True)
class Tls:
    """TLS to every broker. A broker's certificate is always checked.

    Trusted are the authorities of the file `ca`, or those of the system without it. `certificate`
    and `key` (PEM; a key within the certificate's file needs no `key`) are for brokers that ask who
    we are. Without `checks_hostname` a trusted certificate may be made out to another host.
    """

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    key_password: Secret | None = None
    checks_hostname: bool = True


@dataclass(frozen=True, slots=True)
class Plain:
    """A name and a password, sent as they are: for TLS only, if the network is not one's own."""

    username: str
    password: Secret

    @property
    def mechanism(self) -> str:
        return PLAIN


@dataclass(frozen=True, slots=True)
class Scram:
    """A name and a password that is proved and never sent. `nonce` gives bytes nobody foresees."""

    mechanism: ScramName
    username: str
    password: Secret
    nonce: Callable[[], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class OauthBearer:
    """A token; `extensions` go with it to the broker (KIP-342)."""

    token: Secret
    extensions: Mapping[str, str] = field(default_factory=dict)

    @property
    def mechanism(self) -> str:
        return OAUTHBEARER


Sasl: TypeAlias = Plain | Scram | OauthBearer


@dataclass(frozen=True, slots=True)
class Security:
    """What a connection needs besides TCP; without either it is open to everybody on the way."""

    tls: Tls | None = None
    sasl: Sasl | None = None


NO_SECURITY = Security()
