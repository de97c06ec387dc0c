"""Trying a cluster: whether it can be had, how long it takes to answer, what this user may do.

Rights come from the cluster itself (KIP-430). Without an authorizer Kafka says that everything is
allowed; brokers before 2.3 do not tell.
"""

from console.adapters.offered import capabilities_of
from console.adapters.recognition import metrics_told
from console.adapters.translation import translated
from console.port.clock import Clock
from console.port.clusters import Trial
from engine.client.errors import ClientError
from engine.client.kafka import KafkaClient
from engine.client.metadata import NO_NODE
from engine.client.nodes import RIGHTS_UNKNOWN

_CREATE, _ALTER, _DESCRIBE, _DESCRIBE_CONFIGS, _ALTER_CONFIGS = 5, 7, 8, 10, 11
_RIGHTS = {
    _DESCRIBE: "see all groups and disks",
    _DESCRIBE_CONFIGS: "see the brokers' configuration",
    _CREATE: "create topics",
    _ALTER: "change the cluster",
    _ALTER_CONFIGS: "change the brokers' configuration",
}
"""Operations on the cluster, by their numbers in Kafka's AclOperation, in words."""


async def tried(client: KafkaClient, clock: Clock, *, engine_version: str | None = None) -> Trial:
    """Connect, ask what there is and what is allowed, and close the client.

    `engine_version` is that of an engine of ours, None where nobody said that it is one.
    """
    started_s = clock.monotonic_s()
    async with client:
        try:
            described = await client.nodes.describe()
            answered_ms = (clock.monotonic_s() - started_s) * 1000
            spoken = await client.nodes.api_versions()
            operations = await client.nodes.operations()
        except ClientError as error:
            return Trial(failure=translated(error).reason)
        told = {node: each for node, each in spoken.items() if not isinstance(each, ClientError)}
        node_id, versions = next(iter(told.items()), (NO_NODE, {}))
        if engine_version is None and await metrics_told(client, node_id) is not None:
            engine_version = ""
    allowed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    if operations != RIGHTS_UNKNOWN:
        allowed = tuple(words for bit, words in _RIGHTS.items() if operations >> bit & 1)
        missing = tuple(words for bit, words in _RIGHTS.items() if not operations >> bit & 1)
    return Trial(
        brokers=len(described.nodes),
        answered_ms=answered_ms,
        offered=capabilities_of(versions, engine_version=engine_version),
        rights=None if operations == RIGHTS_UNKNOWN else allowed,
        missing=missing,
    )
