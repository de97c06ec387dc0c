"""Carries a command through that shows its plan first: the plan, the question, the act, the end."""

import sys
from pathlib import Path
from typing import Protocol

import click

from console.scripting.exits import CommandFailed, Exit


class PlannedRun(Protocol):
    """One run of such a command. `failed` says in the end what could not be done, if anything."""

    failed: str

    @property
    def hindrance(self) -> str:
        """Why what was planned would be refused; empty if nothing is known against it."""
        ...

    def plan(self, bootstrap: str | None, config: Path | None) -> bool:
        """Print what would be done, and say whether somebody read it."""
        ...

    def carry_out(self, bootstrap: str | None, config: Path | None, *, is_agreed: bool) -> None:
        """Do what was printed, once it is agreed."""
        ...


def carry_through(
    run: PlannedRun, bootstrap: str | None, config: Path | None, *, dry_run: bool, yes: bool
) -> None:
    """Plan, and do it unless it is a dry run. Raises CommandFailed, or ends with an exit code.

    What nobody has read to its end nobody has agreed to, not even with `--yes`.
    """
    is_read = run.plan(bootstrap, config)
    if dry_run:
        if run.hindrance:
            click.echo(f"kconsole: this would be refused: {run.hindrance}", err=True)
        sys.exit(Exit.FAILED if run.hindrance else Exit.DONE)
    if not is_read:
        raise CommandFailed("nothing is changed: the plan was not read to its end")
    if run.hindrance:
        raise CommandFailed(f"nothing is changed: {run.hindrance}")
    run.carry_out(bootstrap, config, is_agreed=yes)
    if run.failed:
        raise CommandFailed(run.failed)
