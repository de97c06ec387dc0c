"""What a check has to say about one file."""

from dataclasses import dataclass
from enum import Enum


class Weight(Enum):
    """What a finding means for the data.

    NOTICE: nothing is lost, and the broker mends it by itself when it starts. DAMAGE: bytes that
    were acknowledged may not be readable.
    """

    NOTICE = "notice"
    DAMAGE = "damage"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be. `path` is relative to the directory checked, empty
    for the directory itself."""

    weight: Weight
    path: str
    what: str

    def __str__(self) -> str:
        place = f"{self.path}: " if self.path else ""
        return f"{self.weight.value}: {place}{self.what}"


def damage(path: str, what: str) -> Finding:
    """A finding that costs data."""
    return Finding(Weight.DAMAGE, path, what)


def notice(path: str, what: str) -> Finding:
    """A finding that costs nothing."""
    return Finding(Weight.NOTICE, path, what)
