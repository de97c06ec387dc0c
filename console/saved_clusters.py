"""The clusters of the configuration file, for whoever opens one.

Apart from `console.config_file`, which serving a broker needs as well: the ways into clusters bring
TLS, log-ins and HTTP with them.
"""

from console.cluster_addresses import checked_bootstrap
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

    What is wrong with other clusters of the file is no matter. Raises ConfigError.
    """
    clusters, problems = profiles_of(document, OUTSIDE)
    if given in clusters:
        return clusters[given]
    its_own = [each for each in problems if each.key.startswith(f"clusters.{given}.")]
    if its_own:
        raise ConfigError(its_own)
    try:
        return Profile("", checked_bootstrap(given))
    except ValueError as error:
        hint = did_you_mean(given, clusters)
        message = f"{given!r} is no address and no cluster of the file: {error}{hint}"
        allowed = ", ".join(["HOST:PORT", *clusters])
        raise ConfigError([ConfigProblem("--bootstrap", 0, "", message, allowed)]) from error
