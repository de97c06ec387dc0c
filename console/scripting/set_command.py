"""`kconsole set configs` as click declares it. Nothing here takes time to import."""

from pathlib import Path

import click

from console.scripting.arguments import distinct, pairs
from console.scripting.on_cluster import cluster_options, yes_option
from console.scripting.planned_run import carry_through


def _pairs(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    return pairs(given)


@click.group("set")
def set_group() -> None:
    """Change the configuration of a topic."""


@set_group.command("configs")
@click.argument("topic")
@click.argument("values", metavar="[KEY=VALUE]...", nargs=-1, callback=_pairs)
@cluster_options
@click.option(
    "--default", "defaults", multiple=True, metavar="KEY", help="Give this key its default again."
)
@click.option("--dry-run", is_flag=True, help="Only print what would change.")
@yes_option()
def set_configs(
    topic: str,
    values: dict[str, str],
    bootstrap: str | None,
    config: Path | None,
    defaults: tuple[str, ...],
    dry_run: bool,
    yes: bool,
) -> None:
    """Change keys of TOPIC: `kconsole set configs orders retention.ms=1d`.

    A value that holds already by default becomes the topic's own, and stays if the default changes.
    Prints what changes, and what the broker will delete because of it. It asks if records are
    lost by it, or on a production cluster; where nobody can be asked, it needs --yes then.
    """
    from console.scripting.config_change import ConfigChange

    wanted: dict[str, str | None] = {**values, **dict.fromkeys(distinct(defaults, "--default"))}
    if not wanted:
        raise click.UsageError("say what to change: KEY=VALUE or --default KEY")
    if values.keys() & set(defaults):
        raise click.UsageError("a key has either a value or its default")
    run = ConfigChange(topic, wanted)
    carry_through(run, bootstrap, config, dry_run=dry_run, yes=yes)
