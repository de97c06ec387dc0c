"""One cluster as the console opens it: where it is, how to get in, how careful to be with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from console.port.schema_registry import RegistryAddress
from engine.client.secret import Secret
from engine.client.security import Security
from engine.config.address import parse_address

ADVICE = "`kconsole serve` starts a broker, `-b ADDRESS` names another"


@dataclass(frozen=True, slots=True)
class Profile:
    """One cluster: where it is, how to get in, and how careful to be with it.

    `name` is empty for addresses that were given by hand. `theme` is used while the cluster is
    shown. `written` has the keys as the file says them, by their dotted names.
    """

    name: str
    bootstrap: str
    security: Security = field(default_factory=Security)
    is_production: bool = False
    is_read_only: bool = False
    theme: str = ""
    written: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)
    registry: RegistryAddress | None = None
    metrics: str = ""
    """Where a broker of ours tells its metrics; empty where that is not known."""
    engine_version: str | None = None
    """The version of a broker of ours; None where it is not known to be one."""
    secrets: Mapping[str, Secret] = field(default_factory=dict, compare=False, repr=False)
    """Every secret that it takes, by the key that refers to it."""
    note: str = field(default="", compare=False)
    """What has to be said of which cluster this is and how it is held, safe to show; or nothing."""

    @property
    def title(self) -> str:
        """What the cluster is called."""
        return self.name or self.bootstrap

    @property
    def advice(self) -> str:
        """What to do where nothing listens at addresses of this machine that were given by hand, or
        were not given at all; empty of other clusters, which are somebody's to start."""
        addresses = [parse_address(each) for each in self.bootstrap.split(",")]
        is_here = all(each.is_loopback or each.is_wildcard for each in addresses)
        return ADVICE if is_here and not self.name else ""

    @property
    def protection(self) -> str:
        """`TLS`, `TLS, SCRAM-SHA-512`, `mutual TLS` or `open`."""
        tls, sasl = self.security.tls, self.security.sasl
        parts = [] if tls is None else ["mutual TLS" if tls.certificate else "TLS"]
        return ", ".join(parts + ([] if sasl is None else [sasl.mechanism])) or "open"
