"""What a broker offers, from the versions of the APIs that it speaks."""

from collections.abc import Mapping

from console.port.capabilities import ENGINE, Capabilities
from engine.client.connection import VersionRange
from engine.protocol.api_keys import ApiKey

_DISK_TOTALS_FROM = 4
_RELEASES = ((18, "4.1+"), (17, "3.9+"), (16, "3.7+"), (15, "3.5+"), (13, "3.1+"), (12, "2.7+"))
"""The first Kafka release with each version of Fetch; a broker does not tell its own version."""


def capabilities_of(
    versions: Mapping[int, VersionRange],
    *,
    engine_version: str | None,
    tells_vitals: bool = False,
) -> Capabilities:
    """The capabilities of a broker that speaks these versions.

    `engine_version` is None for a broker that is not known to be an engine of ours. `tells_vitals`
    says that it is known where such a one tells its metrics.
    """

    def speaks(api: ApiKey, version: int = 0) -> bool:
        spoken = versions.get(int(api))
        return spoken is not None and spoken.max_version >= version

    newest_fetch = versions.get(int(ApiKey.FETCH), VersionRange(0, 0)).max_version
    release = next((name for version, name in _RELEASES if newest_fetch >= version), "")
    mode = "KRaft" if speaks(ApiKey.DESCRIBE_QUORUM) else ""
    return Capabilities(
        describes_disks=speaks(ApiKey.DESCRIBE_LOG_DIRS, _DISK_TOTALS_FROM),
        describes_configs=speaks(ApiKey.DESCRIBE_CONFIGS),
        describes_producers=speaks(ApiKey.DESCRIBE_PRODUCERS),
        alters_configs=speaks(ApiKey.INCREMENTAL_ALTER_CONFIGS),
        creates_topics=speaks(ApiKey.CREATE_TOPICS),
        deletes_topics=speaks(ApiKey.DELETE_TOPICS),
        adds_partitions=speaks(ApiKey.CREATE_PARTITIONS),
        deletes_records=speaks(ApiKey.DELETE_RECORDS),
        lists_groups=speaks(ApiKey.LIST_GROUPS),
        deletes_groups=speaks(ApiKey.DELETE_GROUPS),
        deletes_offsets=speaks(ApiKey.OFFSET_DELETE),
        tells_vitals=tells_vitals,
        is_engine=engine_version is not None,
        version=release if engine_version is None else engine_version,
        mode=mode if engine_version is None else ENGINE,
    )
