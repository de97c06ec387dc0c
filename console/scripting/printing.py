"""`kconsole get`: a table on standard output, once or again and again."""

import asyncio

import click

from console.adapters.kafka import KafkaCluster
from console.scripting.fields import RowT
from console.scripting.output import Form, rendered
from console.scripting.reading import TableReader
from console.scripting.tables import Table
from engine.kernel.system import SystemClock


async def print_table(
    cluster: KafkaCluster,
    table: Table[RowT],
    names: frozenset[str],
    form: Form,
    watch_s: float | None,
) -> None:
    """Print the rows of the names, or all; again every `watch_s` seconds. Raises ClusterError."""
    reader = TableReader(cluster.reads, SystemClock(), table, names)
    is_first = True
    while True:
        rows = await reader.read()
        click.echo(rendered(table.fields, rows, form, is_first=is_first), nl=False)
        if watch_s is None:
            return
        if form is Form.TABLE:
            click.echo()
        is_first = False
        await asyncio.sleep(watch_s)
