"""Which names a topic may have (Kafka's `Topic.validate` and `Topic.hasCollision`).

Names become directory names, so these rules are also what keeps a request inside the data
directory.
"""

import re

from engine.coordinator.journal import CONSUMER_OFFSETS as CONSUMER_OFFSETS

NAME_LENGTH_MAX = 249
TRANSACTION_STATE = "__transaction_state"
CLUSTER_METADATA = "__cluster_metadata"

_ALLOWED = re.compile(r"[a-zA-Z0-9._-]+")
_INTERNAL = frozenset({CONSUMER_OFFSETS, TRANSACTION_STATE})


def name_fault(name: str) -> str | None:
    """Why a topic cannot have this name, in Kafka's words; None when it can."""
    fault = _fault(name)
    return None if fault is None else f"Topic name is invalid: {fault}"


def _fault(name: str) -> str | None:
    if not name:
        return "the empty string is not allowed"
    if name in (".", ".."):
        return f"'{name}' is not allowed"
    if len(name) > NAME_LENGTH_MAX:
        return f"the length of '{name}' is longer than the max allowed length {NAME_LENGTH_MAX}"
    if not _ALLOWED.fullmatch(name):
        return (
            f"'{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' "
            "and '-'"
        )
    return None


def collision_key(name: str) -> str:
    """What must be unique: metric names cannot tell a period from an underscore."""
    return name.replace(".", "_")


def is_internal(name: str) -> bool:
    """Whether clients may read the topic but not write to it."""
    return name in _INTERNAL
