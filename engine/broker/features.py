"""The features of the cluster (KIP-584): behaviours that clients use only where they are finalised.

A single broker runs one version of the software, so what it supports is final. Adding a feature is
one row. A feature is listed only where it is true: transactions, share groups and streams groups
are features that this broker does not have.
"""

from dataclasses import dataclass
from typing import Final

METADATA_VERSION: Final = "metadata.version"


@dataclass(frozen=True, slots=True)
class Feature:
    """The levels that are supported, and the one in use. Bounds are inclusive."""

    name: str
    min_level: int
    max_level: int
    level: int


FEATURES: tuple[Feature, ...] = (
    # Replicas that may lead though they fell out of sync (KIP-966): with one replica, none.
    Feature("eligible.leader.replicas.version", 0, 1, 1),
    # Consumer groups with server-side assignment (KIP-848).
    Feature("group.version", 0, 1, 1),
    # A quorum of controllers that cannot change: level 1 could.
    Feature("kraft.version", 0, 1, 0),
    # The release whose APIs are spoken: 4.3.
    Feature(METADATA_VERSION, 7, 30, 30),
)
"""The features, by name."""

FEATURES_EPOCH = 0
"""The version of the levels in use: they never change while the broker runs."""
