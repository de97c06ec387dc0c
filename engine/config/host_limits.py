"""Numbers for single addresses, as people write them: `10.0.0.1:5,[::1]:7`."""

from dataclasses import dataclass

from engine.config.kinds import Value


def host_limits(text: str) -> dict[str, int]:
    """The number of each address. Raises ValueError, which says what is wrong."""
    limits: dict[str, int] = {}
    for each in filter(None, (part.strip() for part in text.split(","))):
        host, colon, number = each.rpartition(":")
        if not colon or not host or not number.isascii() or not number.isdigit():
            raise ValueError(f"{each!r}: expected ADDRESS:NUMBER")
        limits[host.removeprefix("[").removesuffix("]")] = int(number[:10])
    return limits


@dataclass(frozen=True, slots=True)
class HostLimits:
    """The check of keys that hold such numbers."""

    allowed: str = "ADDRESS:NUMBER, any number of them separated by commas"

    def fault(self, value: Value) -> str | None:
        assert isinstance(value, str)
        try:
            host_limits(value)
        except ValueError as error:
            return str(error)
        return None
