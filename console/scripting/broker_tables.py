"""The tables of single brokers: their configuration, told by each of them."""

from dataclasses import dataclass

from console.model.text import plain
from console.port.errors import ClusterError
from console.port.readings import ConfigReading
from console.scripting.fields import flag, number, text
from console.scripting.reading import refuse_missing
from console.scripting.table import Asked, Named, Place, Read, Reading, Table


@dataclass(frozen=True, slots=True)
class BrokerConfig:
    """One key of one broker."""

    node_id: int
    entry: ConfigReading


def _configs(place: Place) -> Read[BrokerConfig]:
    async def read() -> Reading[BrokerConfig]:
        nodes = sorted(node.node_id for node in (await place.cluster.layout()).nodes)
        refuse_missing("ID", place.names - {str(node_id) for node_id in nodes})
        rows: list[BrokerConfig] = []
        errors: dict[int, ClusterError] = {}
        wanted = [each for each in nodes if not place.names or str(each) in place.names]
        for node_id in wanted:
            try:
                entries = await place.cluster.broker_configs(node_id)
            except ClusterError as error:
                errors[node_id] = error
                continue
            rows += [BrokerConfig(node_id, entry) for entry in entries]
        if errors and len(errors) == len(wanted):
            raise next(iter(errors.values()))
        said = [f"broker {node_id}: {plain(each.reason)}" for node_id, each in errors.items()]
        return Reading(tuple(rows), "; ".join(said))

    return read


BROKER_CONFIGS: Table[BrokerConfig] = Table(
    "broker-configs",
    "Configuration of brokers: every key, its value, who set it.",
    Named("ID"),
    Asked(_configs, is_usual=lambda row: row.entry.source == "default"),
    (
        number("broker", lambda row: row.node_id),
        text("key", lambda row: row.entry.name),
        text("value", lambda row: row.entry.value),
        text("set_by", lambda row: row.entry.source),
        text("default", lambda row: row.entry.default),
        flag("read_only", lambda row: row.entry.is_read_only),
    ),
    more="A value that the cluster hides is null. Keys that are read only change with a restart.",
)
