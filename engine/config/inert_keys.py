"""The keys of a broker that are accepted, checked, kept and told, and change nothing here.

Tools write keys back as they read them, and a configuration that was made for Kafka should not be
refused. Each says in its documentation why it has no effect.
"""

from collections.abc import Mapping

from engine.config.inert.cluster import CLUSTER_KEYS
from engine.config.inert.groups import GROUPS_KEYS
from engine.config.inert.security import SECURITY_KEYS
from engine.config.inert.server import SERVER_KEYS
from engine.config.inert.tiering import TIERING_KEYS
from engine.config.kinds import ConfigKey

INERT_KEYS: Mapping[str, ConfigKey] = {
    key.name: key
    for key in (*CLUSTER_KEYS, *GROUPS_KEYS, *SECURITY_KEYS, *SERVER_KEYS, *TIERING_KEYS)
}
"""Every such key, by name."""
