"""How careful to be with a cluster, and what has to be asked before a change. Pure.

| what a change does            | asked      | on a production cluster              |
|-------------------------------|------------|--------------------------------------|
| adds something                | nothing    | yes or no                            |
| loses something               | yes or no  | its name                             |
| loses a thing with all it has | its name   | its name, with that of the cluster   |

On a cluster that is only to be looked at there are no changes at all.
"""

from dataclasses import dataclass
from enum import IntEnum


class Weight(IntEnum):
    """What has to be done before a change: nothing, say yes, type a name, type both names."""

    NOTHING = 0
    YES_OR_NO = 1
    NAME = 2
    BOTH_NAMES = 3


@dataclass(frozen=True, slots=True)
class Care:
    """What the configuration says about a cluster of this name."""

    cluster: str = ""
    is_production: bool = False
    is_read_only: bool = False

    def weight(self, usual: Weight) -> Weight:
        """What has to be done here before a change that usually wants this."""
        return Weight(min(usual + 1, Weight.BOTH_NAMES)) if self.is_production else usual

    def typed_name(self, usual: Weight, name: str) -> str | None:
        """What has to be typed before a change of the thing of this name; None for nothing."""
        weight = self.weight(usual)
        if weight is Weight.BOTH_NAMES:
            return f"{self.cluster}/{name}"
        return name if weight is Weight.NAME else None


USUAL = Care()
