"""Addresses of clusters as people write them, checked. Pure."""

from engine.config.address import parse_address


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
