"""AlterClientQuotas: sets and removes quotas of users, client ids and addresses (KIP-546).

Versions 0-1. 1: flexible. Each entity succeeds or fails by itself; with `validate_only` nothing
changes. An entity that a request names twice gets what came first and an error. Sources: Kafka's
`ClientQuotaControlManager`, `QuotaConfig`.

Differs from Kafka: an address must be one, not the name of a host; a quota must be a number.
"""

import math
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Final

from engine.broker.client_quotas import (
    CLIENT_ID,
    IP,
    USER,
    ClientQuotas,
    Entity,
    Quota,
    entity_of,
    quotas_entry,
)
from engine.broker.context import RequestContext
from engine.broker.error_mapping import code_of
from engine.broker.metadata_log import MetadataLog
from engine.broker.refusal import Refused
from engine.config.kinds import INT_MAX, LONG_MAX
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.alter_client_quotas import (
    AlterClientQuotasRequest,
    AlterClientQuotasResponse,
    EntityData,
    EntryData,
    OpData,
    ResponseEntryData,
)
from engine.storage.errors import StorageError

_WHOLE: Final[Mapping[str, tuple[str, int]]] = {
    Quota.PRODUCE.value: ("LONG", LONG_MAX),
    Quota.FETCH.value: ("LONG", LONG_MAX),
    Quota.CONNECTION.value: ("INT", INT_MAX),
}
"""Quotas that are whole numbers, with Kafka's type and its largest value."""

_CLIENT_KEYS: Final = frozenset(quota.value for quota in Quota if quota is not Quota.CONNECTION)
_IP_KEYS: Final = frozenset({Quota.CONNECTION.value})


class AlterClientQuotasHandler:
    """Changes quotas."""

    def __init__(self, quotas: ClientQuotas, log: MetadataLog) -> None:
        self._quotas = quotas
        self._log = log

    async def handle(
        self, request: AlterClientQuotasRequest, context: RequestContext
    ) -> AlterClientQuotasResponse:
        """Change what can be changed; waits for the disk."""
        outcomes: dict[Entity, Refused | None] = {}
        for entry in request.entries:
            entity = entity_of((each.entity_type, each.entity_name) for each in entry.entity)
            try:
                if entity in outcomes:
                    raise _repeated(entity)
                await self._alter(entity, entry, validate_only=request.validate_only)
                outcomes[entity] = None
            except Refused as refused:
                outcomes[entity] = refused
        return AlterClientQuotasResponse(
            entries=[
                ResponseEntryData(
                    ErrorCode.NONE if refused is None else refused.code,
                    None if refused is None else refused.message,
                    [EntityData(kind, name) for kind, name in entity],
                )
                for entity, refused in outcomes.items()
            ]
        )

    async def _alter(self, entity: Entity, entry: EntryData, *, validate_only: bool) -> None:
        keys = _keys_of(entity)
        if len({op.key for op in entry.ops}) != len(entry.ops):
            raise _repeated(entity)
        async with self._log.turn:
            values = dict(self._quotas.of(entity))
            for op in entry.ops:
                if op.remove:
                    values.pop(op.key, None)
                else:
                    values[op.key] = _checked(op, keys)
            if validate_only or values == self._quotas.of(entity):
                return
            try:
                await self._log.commit([quotas_entry(entity, values)])
            except StorageError as error:
                raise Refused(code_of(error), str(error)) from error


def _keys_of(entity: Sequence[tuple[str, str | None]]) -> frozenset[str]:
    """The quotas that an entity can have. Raises Refused."""
    if not entity:
        raise _invalid("Invalid empty client quota entity")
    names = dict(entity)
    for kind, name in names.items():
        if kind not in (USER, CLIENT_ID, IP):
            raise _invalid(f"Unhandled client quota entity type: {kind}")
        if name == "":
            raise _invalid(f"Empty {kind} not supported")
    if IP not in names:
        return _CLIENT_KEYS
    if len(names) > 1:
        raise _invalid(
            "Invalid quota entity combination, IP entity shouldnot be combined with User or "
            "ClientId"
        )
    address = names[IP]
    if address is not None and not _is_address(address):
        raise _invalid(f"{address} is not a valid IP or resolvable host.")
    return _IP_KEYS


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _checked(op: OpData, keys: frozenset[str]) -> float:
    """The value of a quota. Raises Refused."""
    if op.key not in keys:
        raise _invalid(f"Invalid configuration key {op.key}")
    if not op.value > 0:
        raise _invalid(f"Quota {op.key} must be greater than 0")
    whole = _WHOLE.get(op.key)
    if whole is not None:
        kind, largest = whole
        if op.value > largest:
            raise _invalid(f"Proposed value for {op.key} is too large for a {kind}.")
        if not math.isclose(op.value, round(op.value), rel_tol=0, abs_tol=_FRACTION_MAX):
            raise _invalid(f"{op.key} cannot be a fractional value.")
    return op.value


_FRACTION_MAX: Final = 1e-6


def _repeated(entity: Entity) -> Refused:
    named = ", ".join(f"{kind}={name}" for kind, name in entity)
    return _invalid(f"Ignoring duplicate entity ClientQuotaEntity(entries={{{named}}})")


def _invalid(message: str) -> Refused:
    return Refused(ErrorCode.INVALID_REQUEST, message)
