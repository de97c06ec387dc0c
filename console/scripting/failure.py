"""How a command ends that could not do what was asked: one line, exit code 1."""

from typing import IO, Any

import click


class CommandFailed(click.ClickException):
    """Ends a command with exit code 1. Each line of what it says begins with the program's name,
    as those of a broker do; `Error:` is how click begins what is wrong with the command line."""

    def show(self, file: IO[Any] | None = None) -> None:
        for line in self.format_message().splitlines():
            click.echo(f"kconsole: {line}", file=file, err=True)
