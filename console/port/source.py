"""What the message browser reads a cluster by: records, offsets, and the time."""

from dataclasses import dataclass

from console.port.clock import Clock
from console.port.cluster import Offsets, Records
from console.port.schema_registry import SchemaSource


@dataclass(frozen=True, slots=True)
class Source:
    """The ways to read records of one cluster; `registry` has their schemas, where there is one."""

    records: Records
    offsets: Offsets
    clock: Clock
    registry: SchemaSource | None = None
