"""Listeners as they are configured: NAME://HOST:PORT, and what clients of each are told.

Without a name an address is that of the first listener, the one of the key `listen`.
"""

import re
from dataclasses import dataclass
from typing import Final

from engine.config.address import Address, parse_address
from engine.config.kinds import Value

FIRST_LISTENER: Final = "PLAINTEXT"
"""The name of the listener of the key `listen`."""

_NAME = re.compile(r"[A-Z][A-Z0-9_]*")


@dataclass(frozen=True, slots=True)
class ConfiguredListener:
    """One listener. `advertised` None tells clients the address itself; its port 0 the bound one.

    `key` is the configuration key that the address comes from.
    """

    name: str
    address: Address
    advertised: Address | None
    key: str

    @property
    def is_unreachable(self) -> bool:
        """Whether clients would be told an address that is none: every one of this machine."""
        return self.address.is_wildcard and self.advertised is None

    def told(self, bound_port: int) -> Address:
        """The address for clients, once it is known which port was bound."""
        address = self.advertised or self.address
        return Address(address.host, address.port or bound_port)


def parse_named(text: str) -> tuple[str, Address]:
    """Name and address in `NAME://HOST:PORT`. Raises ValueError, which says what is wrong."""
    name, sign, address = text.strip().partition("://")
    if not sign:
        return FIRST_LISTENER, parse_address(text)
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r}: a name has capitals, digits and underscores")
    return name, parse_address(address)


def listeners_of(
    listen: str, listeners: tuple[str, ...], advertised_listeners: tuple[str, ...]
) -> tuple[ConfiguredListener, ...]:
    """All listeners, that of `listen` first. Raises ValueError, which says what is wrong."""
    told = dict(parse_named(each) for each in advertised_listeners)
    named = [parse_named(each) for each in listeners]
    names = [FIRST_LISTENER, *(name for name, _ in named)]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two listeners are called {name}")
    unknown = sorted(told.keys() - set(names))
    if unknown:
        raise ValueError(f"there is no listener {unknown[0]}")
    first = ConfiguredListener(
        FIRST_LISTENER, parse_address(listen), told.get(FIRST_LISTENER), "listen"
    )
    others = (ConfiguredListener(n, address, told.get(n), "listeners") for n, address in named)
    return (first, *others)


@dataclass(frozen=True, slots=True)
class NamedAddresses:
    """The check of keys that hold listeners."""

    def fault(self, value: Value) -> str | None:
        assert isinstance(value, tuple)
        try:
            for each in value:
                parse_named(each)
        except ValueError as error:
            return str(error)
        return None

    @property
    def allowed(self) -> str:
        return "NAME://HOST:PORT, any number of them"
