"""The features of the cluster (KIP-584): behaviours that clients use only where they are finalised.

A single broker runs one version of the software, so what it supports is final. Adding a feature is
one row.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Feature:
    """The levels that are supported, and the one in use. Bounds are inclusive."""

    name: str
    min_level: int
    max_level: int
    level: int


FEATURES: tuple[Feature, ...] = (
    # Consumer groups with server-side assignment (KIP-848).
    Feature("group.version", 0, 1, 1),
)
"""The features, by name."""

FEATURES_EPOCH = 0
"""The version of the levels in use: they never change while the broker runs."""
