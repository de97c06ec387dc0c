"""What the commands on a cluster have in common as click declares them.

Nothing here takes time to import, since `kconsole --help` does.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

CommandT = TypeVar("CommandT", bound=Callable[..., None])


def cluster_options(command: CommandT) -> CommandT:
    """`--bootstrap` and `--config`, behind the command or before it."""
    command = click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Configuration file. Default: the user's own, see `kconsole config path`.",
    )(command)
    return click.option(
        "-b",
        "--bootstrap",
        "--cluster",
        metavar="HOST:PORT,...",
        help="The cluster, by its addresses or its name in the configuration. "
        "Default: the broker that the configuration serves here.",
    )(command)


def yes_option(does: str = "Do it without asking") -> Callable[[CommandT], CommandT]:
    """`--yes` of a command that may have to ask; `does` is what it does, as the help says it."""
    told = f"{does}; needed where nobody can be asked."
    return click.option("-y", "--yes", is_flag=True, help=told)
