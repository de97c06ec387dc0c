"""Which process serves our data directory, and where: the lock of the directory tells.

The broker that the configuration means is the one that serves the data, whatever port it got: the
console attaches to it there, and commands ask it there. What listens at the configured address
instead may be anybody. Blocks for a small file.
"""

import os
from dataclasses import replace

from console.cluster_addresses import places_of
from console.model.text import plain
from console.profile import Profile
from console.version import version
from engine.config.address import parse_address
from engine.config.engine_config import EngineConfig
from engine.storage.directory_lock import Owner, owner_of
from engine.storage.posix import PosixFileSystem


def owner_here(data: str) -> Owner | None:
    """The process of this machine that serves a data directory; None where none can be found."""
    try:
        owner = owner_of(PosixFileSystem(), data, _is_alive)
        if owner is not None:
            parse_address(owner.address)
    except (OSError, ValueError):
        return None
    return owner


def own_profile(own: EngineConfig) -> Profile:
    """The broker that a configuration says is served here, where it is served in fact.

    Its note says so if that is elsewhere. Without a process that serves the data, it is what
    answers at the configured address.
    """
    configured = str(own.address)
    owner = owner_here(own.data)
    if owner is None:
        return Profile("", configured, metrics=own.metrics_listen)
    profile = Profile("", owner.address, metrics=owner.metrics, engine_version=version())
    if not own.address.port or places_of(configured) == places_of(owner.address):
        return profile
    where = f"process {owner.pid} serves {plain(own.data)} at {owner.address}"
    return replace(profile, note=f"{where}, not at {configured} as configured: using that")


def known_here(profile: Profile, data: str) -> Profile:
    """A cluster with what is known of it besides if it is the broker that serves our data."""
    owner = owner_here(data)
    if owner is None or not places_of(profile.bootstrap) & places_of(owner.address):
        return profile
    metrics = profile.metrics or owner.metrics
    return replace(profile, metrics=metrics, engine_version=version())


def _is_alive(pid: int) -> bool:
    """Whether a process has this number."""
    if not pid:
        return False
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
