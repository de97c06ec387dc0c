"""What the commands that talk to a cluster share: which one, how they run, how they fail.

The cluster is that of `--bootstrap` (addresses, or a name in the configuration), else the broker
that the configuration says is served here. A failure is one line on standard error and exit code 1;
a reader that goes away (`| head`) and ctrl+c end a command quietly.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from console.adapters.kafka import KafkaCluster
from console.config_file import document_in_force, engine_config_of
from console.port.errors import ClusterError
from console.profiles import Profile
from console.saved_clusters import profile_of
from engine.client.settings import ClientSettings
from engine.config.load import ConfigError
from engine.kernel.system import SystemClock, SystemEntropy

EXIT_MISCONFIGURED = 2

CommandT = TypeVar("CommandT", bound=Callable[..., None])


def run_on_cluster(
    bootstrap: str | None, config: Path | None, body: Callable[[KafkaCluster], Awaitable[None]]
) -> bool:
    """Run `body` on the cluster that is meant; whether to its end and not to ctrl+c.

    Raises ClickException.
    """
    try:
        profile = _profile(bootstrap, config)
    except ConfigError as error:
        for line in str(error).splitlines():
            click.echo(f"kconsole: {line}", err=True)
        sys.exit(EXIT_MISCONFIGURED)

    async def on_cluster() -> None:
        async with KafkaCluster(
            profile.bootstrap,
            clock=SystemClock(),
            entropy=SystemEntropy(),
            settings=ClientSettings(security=profile.security),
            is_read_only=profile.is_read_only,
        ) as cluster:
            await body(cluster)

    try:
        asyncio.run(on_cluster())
        sys.stdout.flush()
    except ClusterError as error:
        raise click.ClickException(error.reason) from error
    except KeyboardInterrupt:
        sys.stdout.flush()
        return False
    except BrokenPipeError:
        # What is still buffered has nowhere to go; the interpreter would try once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return True


def _profile(bootstrap: str | None, config: Path | None) -> Profile:
    document = document_in_force(config)
    if bootstrap is not None:
        return profile_of(document, bootstrap)
    return Profile("", str(engine_config_of(document, data=None, listen=None).address))
