"""How a command ends: the exit codes, what each means, and which error ends a command with which.

`Program` is the border where errors become codes; a command raises and knows nothing of it. A
command whose output nobody reads any more is no error, and its own business. Nothing here takes
time to import, since `kconsole --help` does.
"""

import sys
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import IO, Any

import click


class Exit(IntEnum):
    """The codes of all commands that end by themselves."""

    DONE = 0
    FAILED = 1
    WRONG = 2
    NOT_SO = 3
    INTERRUPTED = 130


MEANINGS: Mapping[Exit, str] = {
    Exit.DONE: "done",
    Exit.FAILED: "the cluster could not be reached, refused something, or has no such name; "
    "a file could not be read or written; or the answer to a question was no, "
    "or `--yes` was missing",
    Exit.WRONG: "wrong arguments, values, paths or configuration; nothing was done",
    Exit.NOT_SO: "of `assert`: the condition does not hold; of `check` and `repair`: "
    "there is damage",
    Exit.INTERRUPTED: "interrupted with ctrl+c, also where only that ends the command, "
    "or ctrl+d at a question",
}
"""What `docs/scripts.md` says of each."""


class CommandFailed(click.ClickException):
    """Ends a command with an exit code. Each line of what it says begins with the program's name,
    as those of a broker do; `Error:` is how click begins what is wrong with the command line."""

    exit_code = Exit.FAILED

    def show(self, file: IO[Any] | None = None) -> None:
        for line in self.format_message().splitlines():
            click.echo(f"kconsole: {line}", file=file, err=True)


class CommandWrong(CommandFailed):
    """Ends a command that cannot be meant so, which shows only once a cluster or a file is read."""

    exit_code = Exit.WRONG


class Program(click.Group):
    """The group of all commands."""

    def invoke(self, context: click.Context) -> Any:
        """Run what was asked. What click cannot end a command with, it gets as CommandFailed."""
        try:
            return super().invoke(context)
        except (KeyboardInterrupt, click.Abort):
            sys.exit(Exit.INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:
            for kind, end in _ends():
                if isinstance(error, kind):
                    raise end(str(error)) from error
            raise


def _ends() -> Iterator[tuple[type[Exception], type[CommandFailed]]]:
    """What ends a command with each error that says itself what is wrong."""
    from console.port.errors import ClusterError
    from console.resets.drafting import CannotPlan
    from engine.config.load import ConfigError
    from engine.inspection.directory_check import NoDataDirectory
    from engine.inspection.file_dump import UnknownFile
    from engine.inspection.log_repair import NotRepairable
    from engine.storage.errors import StorageError

    yield ConfigError, CommandWrong
    yield NoDataDirectory, CommandWrong
    yield UnknownFile, CommandWrong
    yield CannotPlan, CommandFailed
    yield ClusterError, CommandFailed
    yield NotRepairable, CommandFailed
    yield StorageError, CommandFailed
