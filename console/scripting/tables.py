"""Every table that `kconsole get` prints and `kconsole report` holds, by name, as screens go.

A new table is a row here: its command, help, place in the report and page in the reference follow.
"""

from typing import Any

from console.scripting.broker_tables import BROKER_CONFIGS
from console.scripting.cluster_tables import BROKERS, EVENTS, HEALTH, TOTALS
from console.scripting.engine_tables import CONNECTIONS, REQUESTS
from console.scripting.group_tables import GROUPS, LAG, MEMBERS
from console.scripting.log_tables import SEGMENTS, WHAT_IF
from console.scripting.own_tables import ALERTS, CLUSTERS, JOURNAL, RULES
from console.scripting.record_tables import MESSAGES_OF_TOPICS
from console.scripting.table import Table
from console.scripting.topic_tables import (
    CONFIGS,
    DIFFERENCES,
    PARTITIONS,
    PRODUCERS,
    READERS,
    RETENTION,
    TOPICS,
)

TABLES: dict[str, Table[Any]] = {
    table.name: table
    for table in (
        TOTALS,
        HEALTH,
        TOPICS,
        READERS,
        RETENTION,
        GROUPS,
        LAG,
        MEMBERS,
        BROKERS,
        BROKER_CONFIGS,
        EVENTS,
        REQUESTS,
        CONNECTIONS,
        RULES,
        ALERTS,
        CLUSTERS,
        JOURNAL,
        PARTITIONS,
        CONFIGS,
        PRODUCERS,
        DIFFERENCES,
        SEGMENTS,
        WHAT_IF,
        MESSAGES_OF_TOPICS,
    )
}
"""What the rows are is between a table and its own fields."""
