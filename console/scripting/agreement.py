"""Whether a command may change a cluster that the configuration calls a production one.

At a terminal a person is asked; anywhere else the command needs `--yes`. Other clusters ask
nothing, as on the screens.
"""

import sys
from collections.abc import Callable

import click

from console.model.text import plain
from console.profiles import Profile
from console.scripting.failure import CommandFailed

Permit = Callable[[Profile], None]
"""Lets a command go on with a cluster, or raises CommandFailed, or Abort for a no."""


def any_cluster(_profile: Profile) -> None:
    """Permits every cluster: for commands that only read."""


def permit_to(change: str, *, is_agreed: bool) -> Permit:
    """Permits a change, in words such as `store records in orders`; `is_agreed` is `--yes`."""

    def permit(profile: Profile) -> None:
        if not profile.is_production or is_agreed:
            return
        told = f"{plain(profile.title)} is a production cluster"
        if not sys.stdin.isatty():
            raise CommandFailed(f"{told}: give --yes to {change} all the same")
        click.confirm(f"{told}. Go on, and {change}?", abort=True, err=True)

    return permit
