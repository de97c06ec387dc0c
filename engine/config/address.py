"""HOST:PORT as people write it in flags and files."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import NamedTuple

from engine.config.kinds import Value

_PORT_MAX = 65_535


class Address(NamedTuple):
    """A host name or IP address without brackets, and a port; port 0 means any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"

    @property
    def is_wildcard(self) -> bool:
        """Whether it means every address of this machine rather than one."""
        return self.host in ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


def parse_address(text: str) -> Address:
    """The address in `HOST:PORT` or `[IPv6]:PORT`. Raises ValueError, which says what is wrong."""
    host, colon, port = text.strip().rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError("an IPv6 address needs brackets: [::1]:9092")
    if not colon or not host:
        raise ValueError("expected HOST:PORT")
    is_number = port.isascii() and port.isdigit() and len(port) <= len(str(_PORT_MAX))
    if not is_number or int(port) > _PORT_MAX:
        raise ValueError(f"a port is a number from 0 to {_PORT_MAX}")
    return Address(host, int(port))


@dataclass(frozen=True, slots=True)
class HostPort:
    """The check of keys that hold an address."""

    may_be_empty: bool = False

    def fault(self, value: Value) -> str | None:
        assert isinstance(value, str)
        if not value and self.may_be_empty:
            return None
        try:
            parse_address(value)
        except ValueError as error:
            return str(error)
        return None

    @property
    def allowed(self) -> str:
        return "HOST:PORT, or nothing" if self.may_be_empty else "HOST:PORT"
