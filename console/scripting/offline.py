"""`kconsole check` and `kconsole dump`: data on disk, looked at while no broker serves it."""

import json
import sys
from pathlib import Path

import click

EXIT_DAMAGED = 1


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
def check(directory: Path) -> None:
    """Verify a data directory that no broker serves. Changes nothing.

    Reads every batch. Exit code 1 if data is damaged; what the next start mends is only noticed.
    """
    from engine.inspection.directory_check import DirectoryCheck, NoDataDirectory
    from engine.inspection.finding import Weight
    from engine.storage.errors import StorageError
    from engine.storage.posix import PosixFileSystem

    inspected = DirectoryCheck(PosixFileSystem(), str(directory.absolute()))
    damages = notices = 0
    try:
        for finding in inspected.run():
            click.echo(finding)
            is_damage = finding.weight is Weight.DAMAGE
            damages, notices = damages + is_damage, notices + (not is_damage)
    except (NoDataDirectory, StorageError, OSError) as error:
        raise click.ClickException(str(error)) from error
    totals = inspected.totals
    verdict = "damaged" if damages else "sound"
    click.echo(
        f"{directory}: {verdict}; {damages} damages, {notices} notices in "
        f"{totals.partitions} partitions, {totals.segments} segments, {totals.batches} batches, "
        f"{totals.records} records, {totals.size_bytes} bytes"
    )
    if damages:
        sys.exit(EXIT_DAMAGED)


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--records", "has_records", is_flag=True, help="Show the records of each batch.")
@click.option(
    "-o",
    "--output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="`json` prints one object a line.",
)
def dump(file: Path, has_records: bool, output: str) -> None:
    """Show what a file of a partition holds.

    A segment (.log), its indexes, a producer snapshot or a checkpoint file. The records of
    __consumer_offsets are opened.
    """
    from console.model.text import plain
    from engine.inspection.file_dump import FileDump, UnknownFile, as_text
    from engine.storage.errors import StorageError
    from engine.storage.posix import PosixFileSystem

    facts = FileDump(PosixFileSystem(), str(file.absolute()), has_records=has_records)
    try:
        for fact in facts.run():
            click.echo(json.dumps(fact) if output == "json" else plain(as_text(fact)))
    except (UnknownFile, StorageError, OSError) as error:
        raise click.ClickException(str(error)) from error
