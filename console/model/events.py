"""What changed in the cluster, found by comparing two snapshots. Newest first in a snapshot."""

from dataclasses import dataclass
from enum import Enum

from console.model.severity import Severity

EVENTS_MAX = 200
"""Events that a snapshot keeps; older ones fall out."""


class EventKind(Enum):
    """What an event is about; the subject is a name of that kind."""

    CONNECTION = "connection"
    BROKER = "broker"
    TOPIC = "topic"
    PARTITION = "partition"
    GROUP = "group"
    LAG = "lag"
    CONFIG = "config"


@dataclass(frozen=True, slots=True)
class Event:
    """`text` is a short clause such as `orders.placed created with 12 partitions`."""

    at_ms: int
    severity: Severity
    kind: EventKind
    subject: str
    text: str
