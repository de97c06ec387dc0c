"""The commands on files that no broker has open, as click declares them.

As in `console.scripting.commands`, each imports what it needs when it runs.
"""

import sys
from contextlib import closing
from pathlib import Path

import click

from console.scripting.exits import CommandFailed, Exit


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
def check(directory: Path) -> None:
    """Verify a data directory that no broker serves. Changes nothing.

    Reads every batch. Exit code 3 if data is damaged; what the next start mends is only noticed.
    """
    from engine.inspection.directory_check import DirectoryCheck
    from engine.inspection.finding import Weight
    from engine.storage.posix import PosixFileSystem

    directory = directory.absolute()
    inspected = DirectoryCheck(PosixFileSystem(), str(directory))
    damages = notices = 0
    try:
        for finding in inspected.run():
            click.echo(finding)
            is_damage = finding.weight is Weight.DAMAGE
            damages, notices = damages + is_damage, notices + (not is_damage)
    except BrokenPipeError:
        raise  # The reader went away, which ends a command quietly.
    except OSError as error:
        raise CommandFailed(str(error)) from error
    totals = inspected.totals
    verdict = "damaged" if damages else "sound"
    found = f"{_counted(damages, 'damage')}, {_counted(notices, 'notice')}"
    read = (
        _counted(totals.partitions, "partition"),
        _counted(totals.segments, "segment"),
        _counted(totals.batches, "batch", "batches"),
        _counted(totals.records, "record"),
        _counted(totals.size_bytes, "byte"),
    )
    click.echo(f"{directory}: {verdict}; {found} in {', '.join(read)}")
    if damages:
        sys.exit(Exit.NOT_SO)


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--write", "is_written", is_flag=True, help="Do it. Without, nothing is changed.")
def repair(directory: Path, is_written: bool) -> None:
    """Give up what cannot be read in a data directory that no broker serves.

    Tells what is lost for good. With --write a batch without records takes the place of each
    damaged range, so that everything else can be read again; the bytes as they were stay in a
    directory named *-damaged. Restoring a backup is better where there is one. Exit code 3 if
    damage is left.
    """
    from engine.inspection.directory_repair import DirectoryRepair
    from engine.storage.posix import PosixFileSystem

    ranges = left = 0
    directory = directory.absolute()
    try:
        with closing(DirectoryRepair(PosixFileSystem(), str(directory))) as repaired:
            for missing in repaired.missing():
                left += 1
                click.echo(f"{missing}: its directory is missing; only a backup helps")
            for log in repaired.damaged():
                ranges += len(log.lost)
                for each in log.told():
                    click.echo(each)
                if is_written:
                    click.echo(f"{log.topic_partition}: repaired; as it was: {repaired.write(log)}")
    except BrokenPipeError:
        raise  # As above.
    except OSError as error:
        raise CommandFailed(str(error)) from error
    left += 0 if is_written else ranges
    if ranges and not is_written:
        click.echo(f"damaged ranges: {ranges}; nothing was changed: --write repairs them")
    elif not ranges:
        click.echo(f"{directory}: nothing to repair")
    if left:
        sys.exit(Exit.NOT_SO)


@click.command()
@click.argument(
    "file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
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
    import json

    from console.model.text import plain
    from engine.inspection.file_dump import FileDump, as_text
    from engine.storage.posix import PosixFileSystem

    facts = FileDump(PosixFileSystem(), str(file.absolute()), has_records=has_records)
    try:
        for fact in facts.run():
            if output == "json":
                click.echo(json.dumps(fact))
            else:
                # Kafka's tool spells what is no text as JSON does: `false`, `null`.
                spelt = {
                    name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                    for name, value in fact.items()
                }
                click.echo(plain(as_text(dict(spelt))))
    except BrokenPipeError:
        raise  # As above.
    except OSError as error:
        raise CommandFailed(str(error)) from error


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"


OFFLINE = (check, repair, dump)
