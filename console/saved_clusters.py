"""The clusters of the configuration file, for whoever opens one.

Apart from `console.config_file`, which serving a broker needs as well: the ways into clusters bring
TLS, log-ins and HTTP with them.
"""

from collections.abc import Collection
from dataclasses import replace

from console.cluster_addresses import checked_bootstrap, places_of
from console.model.care import USUAL, Care
from console.model.text import plain
from console.port.schema_registry import RegistryAddress
from console.profiles import Profile, profiles_of, registry_in
from console.secret_references import Outside
from engine.config.load import ConfigError, ConfigProblem, Document, did_you_mean
from engine.kernel.system import SystemClock, environment, nonce_bytes

OUTSIDE = Outside(environment(), SystemClock(), nonce_bytes)
"""What clusters take from the machine."""


def clusters_of(document: Document) -> dict[str, Profile]:
    """The clusters that the file names. Raises ConfigError if anything is wrong with any."""
    found, problems = profiles_of(document, OUTSIDE)
    if problems:
        raise ConfigError(problems)
    return found


def own_registry(document: Document) -> tuple[RegistryAddress | None, list[ConfigProblem]]:
    """Where the schemas of our own broker's records are, as `[console]` says, and what is wrong
    with that. Raises ConfigError if `[console]` is no table."""
    return registry_in("console", document, OUTSIDE)


def profile_of(document: Document, given: str) -> Profile:
    """The cluster that `--bootstrap` means: a list of addresses, or a name in the file.

    Addresses of a cluster of the file mean that cluster, with all that the file says of it: how
    careful to be does not depend on how it was called. Where several have them, what any of them
    forbids is forbidden, and nobody is logged in. What is wrong with other clusters of the file is
    no matter. Raises ConfigError.
    """
    clusters, problems = profiles_of(document, OUTSIDE)
    if given in clusters:
        return clusters[given]
    its_own = _of_cluster(given, problems)
    if its_own:
        raise ConfigError(its_own)
    try:
        bootstrap = checked_bootstrap(given)
    except ValueError as error:
        hint = did_you_mean(given, clusters)
        message = f"{given!r} is no address and no cluster of the file: {error}{hint}"
        allowed = ", ".join(["HOST:PORT", *clusters])
        raise ConfigError([ConfigProblem("--bootstrap", 0, "", message, allowed)]) from error
    found = _saved_at(document, bootstrap)
    if len(found) == 1:
        return replace(found[0], note=_note(bootstrap, found))
    return _held(Profile("", bootstrap), found)


def held_as_saved(document: Document, profile: Profile) -> Profile:
    """A cluster that the file does not name, held as carefully as those that it has at the same
    addresses. Raises ConfigError."""
    return _held(profile, _saved_at(document, profile.bootstrap))


def own_care(document: Document, address: str) -> tuple[Care, str]:
    """How careful to be with a broker of our own at an address, and what has to be said of that.

    As careful as the file is with the clusters that it has there: a change does the same whoever
    started the broker. Where one of them is wrong it is not known what was meant, and the broker is
    held as one of production until it is: it keeps nobody from starting it.
    """
    try:
        held = held_as_saved(document, Profile("", address))
    except ConfigError:
        note = f"a cluster of the configuration at {address} is wrong: held as production"
        return Care("", is_production=True), note
    care = Care("", held.is_production, held.is_read_only)
    return care, "" if care == USUAL else held.note


def _held(profile: Profile, found: Collection[Profile]) -> Profile:
    return replace(
        profile,
        is_production=any(each.is_production for each in found),
        is_read_only=any(each.is_read_only for each in found),
        note="; ".join(filter(None, (profile.note, _note(profile.bootstrap, found)))),
    )


def _saved_at(document: Document, bootstrap: str) -> list[Profile]:
    """The clusters of the file that have any of some addresses.

    Raises ConfigError if one of them is wrong: it is not known then how careful to be.
    """
    clusters, problems = profiles_of(document, OUTSIDE)
    places = places_of(bootstrap)
    for name, table in document.section("clusters").items():
        if name in clusters or not isinstance(table, dict):
            continue
        try:
            is_meant = places & places_of(checked_bootstrap(table.get("bootstrap")))
        except ValueError:
            continue
        if is_meant:
            raise ConfigError(_of_cluster(name, problems))
    return [each for each in clusters.values() if places & places_of(each.bootstrap)]


def _of_cluster(name: str, problems: Collection[ConfigProblem]) -> list[ConfigProblem]:
    return [each for each in problems if each.key.startswith(f"clusters.{name}.")]


def _note(bootstrap: str, found: Collection[Profile]) -> str:
    """Which clusters of the file were meant, where they ask for care or for a log-in."""
    guards = [
        name
        for name, holds in (
            ("production", any(each.is_production for each in found)),
            ("read-only", any(each.is_read_only for each in found)),
        )
        if holds
    ]
    names = " and ".join(plain(each.name) for each in found)
    told = f"{bootstrap} is {names} of the configuration"
    if len(found) > 1 and (guards or any(each.protection != "open" for each in found)):
        said = "".join(f"{each}, " for each in guards)
        return f"{told}: held as {said}and without their log-ins; name the one that you mean"
    protection = [each.protection for each in found if each.protection != "open"]
    return f"{told}: {', '.join(guards + protection)}" if guards + protection else ""
