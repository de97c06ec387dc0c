"""Asks a cluster for configurations; where a topic's value hides its default, for that as well.

Kafka tells what a topic's value stands in front of only where the nearest of the broker's keys is
set. Otherwise a broker tells what it has in those that come behind.
"""

from collections.abc import Iterable, Mapping, Sequence

from console.adapters.config_readings import readings, whole_readings
from console.adapters.config_rules import default_of, keys_behind
from console.adapters.translation import translated
from console.port.errors import ClusterError
from console.port.readings import ConfigReading
from engine.client.configs import ConfigEntry, Resource, ResourceType
from engine.client.errors import ClientError
from engine.client.kafka import KafkaClient


async def configs_of(
    client: KafkaClient, resources: Sequence[Resource], keys: Sequence[str] | None, *, is_ours: bool
) -> dict[Resource, tuple[ConfigReading, ...] | ClusterError]:
    """Configurations, whole where no keys are named: with all that is told of each key. `is_ours`:
    of an engine of ours. Raises ClientError."""
    is_whole = keys is None
    answers = await client.configs.describe(
        resources, keys=keys, include_documentation=is_whole, include_synonyms=is_whole
    )
    topics = [
        entries
        for resource, entries in answers.items()
        if not isinstance(entries, ClientError) and resource.resource_type is ResourceType.TOPIC
    ]
    behind = await _behind(client, topics) if is_whole else {}
    return {
        resource: translated(answer)
        if isinstance(answer, ClientError)
        else whole_readings(answer, resource.resource_type, is_ours=is_ours, behind=behind)
        if is_whole
        else readings(answer)
        for resource, answer in answers.items()
    }


async def _behind(
    client: KafkaClient, topics: Iterable[Iterable[ConfigEntry]]
) -> Mapping[str, str | None]:
    """What a broker has in the keys behind those of topics whose default is not told."""
    wanted = {
        key
        for entries in topics
        for entry in entries
        if default_of(entry, of=ResourceType.TOPIC) is None
        for key in keys_behind(entry.name)
    }
    nodes = list(client.cluster.nodes)
    if not wanted or not nodes:
        return {}
    broker = Resource(ResourceType.BROKER, str(nodes[0]))
    try:
        answer = (await client.configs.describe([broker], keys=sorted(wanted)))[broker]
    except ClientError:
        return {}
    if isinstance(answer, ClientError):
        return {}
    return {entry.name: entry.value for entry in answer}
