"""The quotas of clients: what was set for which entity, and which one counts for a client.

An entity is a user, a client id, both, or an address; a name of None stands for all that have none
of their own. Of the entities that have a quota of a kind, the first of these counts (Kafka's
`ClientQuotaManager`):

| entity                          | whose rates are added up            |
|---------------------------------|-------------------------------------|
| user and client id              | this user with this client id       |
| user and default client id      | this user with this client id       |
| user                            | this user, whatever the client ids  |
| default user and client id      | this user with this client id       |
| default user and its default    | this user with this client id       |
| default user                    | this user, whatever the client ids  |
| client id                       | this client id, whoever the users   |
| default client id               | this client id, whoever the users   |

Pure state, changed by replay.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Final, NamedTuple, TypeAlias

from engine.broker.metadata_entries import Entry, Json, UnknownMetadata

_KIND = "client-quotas"

USER: Final = "user"
CLIENT_ID: Final = "client-id"
IP: Final = "ip"

Entity: TypeAlias = tuple[tuple[str, str | None], ...]
"""Types with their names, in the order of types; None is the default."""


class Quota(Enum):
    """What can be limited, by Kafka's names."""

    PRODUCE = "producer_byte_rate"
    FETCH = "consumer_byte_rate"
    REQUEST = "request_percentage"
    MUTATION = "controller_mutation_rate"
    CONNECTION = "connection_creation_rate"


class Limit(NamedTuple):
    """The quota that counts for a client, and whose rates count together."""

    value: float
    shared_by: tuple[str | None, str | None]
    """User and client id; None where it does not matter which."""


def entity_of(parts: Iterable[tuple[str, str | None]]) -> Entity:
    """The entity of types and names; of a type named twice the last counts."""
    return tuple(sorted(dict(parts).items(), key=lambda part: part[0]))


class ClientQuotas:
    """Every quota by its entity."""

    kinds = frozenset({_KIND})

    def __init__(self) -> None:
        self._values: dict[Entity, Mapping[str, float]] = {}
        self._kinds: frozenset[str] = frozenset()
        self.version = 0
        """Grows with every change: what was derived from the quotas is valid while it stays."""

    def of(self, entity: Entity) -> Mapping[str, float]:
        """The quotas of exactly this entity."""
        return self._values.get(entity, {})

    def items(self) -> list[tuple[Entity, Mapping[str, float]]]:
        """Every entity with its quotas."""
        return list(self._values.items())

    def has_any(self, quota: Quota) -> bool:
        """Whether anybody is limited in this way."""
        return quota.value in self._kinds

    def limit(self, quota: Quota, user: str, client_id: str) -> Limit | None:
        """The quota that counts for a client; None when it has none."""
        both, user_alone, client_alone = (user, client_id), (user, None), (None, client_id)
        for entity, shared_by in (
            (((CLIENT_ID, client_id), (USER, user)), both),
            (((CLIENT_ID, None), (USER, user)), both),
            (((USER, user),), user_alone),
            (((CLIENT_ID, client_id), (USER, None)), both),
            (((CLIENT_ID, None), (USER, None)), both),
            (((USER, None),), user_alone),
            (((CLIENT_ID, client_id),), client_alone),
            (((CLIENT_ID, None),), client_alone),
        ):
            value = self.of(entity).get(quota.value)
            if value is not None:
                return Limit(value, shared_by)
        return None

    def connection_rate(self, host: str) -> float | None:
        """Connections per second that an address may open; None for any number."""
        for name in (host, None):
            value = self.of(((IP, name),)).get(Quota.CONNECTION.value)
            if value is not None:
                return value
        return None

    def reset(self) -> None:
        self._values.clear()
        self._changed()

    def replay(self, entry: Entry) -> None:
        entity, values = _read(entry)
        if values:
            self._values[entity] = values
        else:
            self._values.pop(entity, None)
        self._changed()

    def snapshot(self) -> Iterator[Entry]:
        for entity, values in self._values.items():
            yield quotas_entry(entity, values)

    def _changed(self) -> None:
        self._kinds = frozenset(name for values in self._values.values() for name in values)
        self.version += 1


def quotas_entry(entity: Entity, values: Mapping[str, float]) -> Entry:
    """The entry that replaces the quotas of an entity; none of them removes it."""
    named: list[Json] = [[kind, name] for kind, name in entity]
    return Entry(_KIND, {"entity": named, "values": dict(values)})


def _read(entry: Entry) -> tuple[Entity, dict[str, float]]:
    match entry.body:
        case {"entity": [*named], "values": dict(values)}:
            parts: list[tuple[str, str | None]] = []
            for each in named:
                match each:
                    case [str(kind), (str() | None) as name]:
                        parts.append((kind, name))
                    case _:
                        raise UnknownMetadata(f"{entry.kind} has an entity of no known form")
            numbers = {
                key: float(value) for key, value in values.items() if isinstance(value, int | float)
            }
            return entity_of(parts), numbers
        case _:
            raise UnknownMetadata(f"{entry.kind} has a body of no known form")
