"""Carries a command through that shows its plan first: the plan, the question, the act, the end."""

import sys
from pathlib import Path
from typing import Protocol

from console.scripting.failure import CommandFailed
from console.scripting.on_cluster import EXIT_INTERRUPTED

EXIT_REFUSED = 1


class PlannedRun(Protocol):
    """One run of such a command. `failed` says in the end what could not be done, if anything."""

    failed: str

    @property
    def hindrance(self) -> str:
        """Why what was planned would be refused; empty if nothing is known against it."""
        ...

    def plan(self, bootstrap: str | None, config: Path | None) -> bool:
        """Print what would be done; whether to the end and not to ctrl+c."""
        ...

    def carry_out(self, bootstrap: str | None, config: Path | None, *, is_agreed: bool) -> bool:
        """Do what was printed, once it is agreed; whether to the end and not to ctrl+c."""
        ...


def carry_through(
    run: PlannedRun, bootstrap: str | None, config: Path | None, *, dry_run: bool, yes: bool
) -> None:
    """Plan, and do it unless it is a dry run. Raises CommandFailed, or ends with an exit code."""
    if not run.plan(bootstrap, config):
        sys.exit(EXIT_INTERRUPTED)
    if dry_run:
        sys.exit(EXIT_REFUSED if run.hindrance else 0)
    if not run.carry_out(bootstrap, config, is_agreed=yes):
        sys.exit(EXIT_INTERRUPTED)
    if run.failed:
        raise CommandFailed(run.failed)
