"""Addresses of clusters as people write them, checked. Pure."""

from ipaddress import ip_address

from engine.config.address import Address, parse_address


def checked_bootstrap(given: object) -> str:
    """A list of addresses, separated by commas. Raises ValueError."""
    if not isinstance(given, str) or not given.strip():
        raise ValueError("expected addresses")
    texts = [each.strip() for each in given.split(",")]
    addresses: list[str] = []
    for text in texts:
        try:
            address = parse_address(text)
            if not address.port:
                raise ValueError("nobody listens on port 0")
            addresses.append(str(address))
        except ValueError as error:
            raise ValueError(f"{text!r}: {error}" if len(texts) > 1 else str(error)) from error
    return ",".join(addresses)


def checked_address(given: object) -> str:
    """One address with a port. Raises ValueError."""
    found = checked_bootstrap(given)
    if "," in found:
        raise ValueError("expected one address")
    return found


def places_of(bootstrap: str) -> frozenset[Address]:
    """The addresses of a checked list, so that two that are surely one place are equal.

    Names differ neither by case nor by a dot at their end; every name that this machine has for
    itself is one. Nobody is asked what a name means.
    """
    return frozenset(_place_of(parse_address(each)) for each in bootstrap.split(","))


def _place_of(address: Address) -> Address:
    host = address.host.rstrip(".").lower()
    here = Address(host, address.port)
    if here.is_loopback or here.is_wildcard:
        return Address("localhost", address.port)
    try:
        return Address(str(ip_address(host)), address.port)
    except ValueError:
        return Address(host, address.port)
