"""What a cluster can do for us, so that the console hides what it cannot."""

from dataclasses import dataclass, fields

ENGINE = "kconsole engine"
"""The mode of a broker that is an engine of ours."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Each says that the cluster offers the operation, not that this user may use it; `is_engine`
    that it is known to be an engine of ours.

    `version` and `mode` are text for the header, empty when they are not known.
    """

    describes_disks: bool = False
    describes_configs: bool = False
    describes_producers: bool = False
    alters_configs: bool = False
    creates_topics: bool = False
    deletes_topics: bool = False
    adds_partitions: bool = False
    deletes_records: bool = False
    lists_groups: bool = False
    deletes_groups: bool = False
    deletes_offsets: bool = False
    tells_vitals: bool = False
    is_engine: bool = False
    version: str = ""
    mode: str = ""

    @property
    def lacking(self) -> frozenset[str]:
        """The names of what is not offered."""
        return frozenset(each.name for each in fields(self) if getattr(self, each.name) is False)
