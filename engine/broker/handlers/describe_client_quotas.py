"""DescribeClientQuotas: the quotas of the entities that a filter finds (KIP-546).

Versions 0-1. 1: flexible. A filter has one part per type of entity: a name, the default, or any. An
entity is found when it has every part; a strict filter finds those that have nothing else. Without
parts all are found. Source: Kafka's `ClientQuotasImage.describe`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from engine.broker.client_quotas import CLIENT_ID, IP, USER, ClientQuotas, Entity
from engine.broker.context import RequestContext
from engine.broker.refusal import Refused
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_client_quotas import (
    ComponentData,
    DescribeClientQuotasRequest,
    DescribeClientQuotasResponse,
    EntityData,
    EntryData,
    ValueData,
)

_Matches: TypeAlias = Callable[[str | None], bool]


class DescribeClientQuotasHandler:
    """Tells quotas."""

    def __init__(self, quotas: ClientQuotas) -> None:
        self._quotas = quotas

    def handle(
        self, request: DescribeClientQuotasRequest, context: RequestContext
    ) -> DescribeClientQuotasResponse:
        """Answer from memory."""
        try:
            parts = _filter(request.components)
        except Refused as refused:
            return DescribeClientQuotasResponse(
                error_code=refused.code, error_message=refused.message, entries=None
            )
        return DescribeClientQuotasResponse(
            error_message="",
            entries=[
                EntryData(
                    [EntityData(kind, name) for kind, name in entity],
                    [ValueData(key, value) for key, value in values.items()],
                )
                for entity, values in self._quotas.items()
                if _is_found(entity, parts, is_strict=request.strict)
            ],
        )


def _filter(components: Iterable[ComponentData]) -> dict[str, _Matches]:
    parts: dict[str, _Matches] = {}
    for component in components:
        kind = component.entity_type
        if not kind:
            raise _invalid("Invalid empty entity type.")
        if kind in parts:
            raise _invalid(f"Entity type {kind} cannot appear more than once in the filter.")
        if kind not in (USER, CLIENT_ID, IP):
            raise Refused(ErrorCode.UNSUPPORTED_VERSION, f"Unsupported entity type {kind}")
        parts[kind] = _matches(component)
    if IP in parts and len(parts) > 1:
        raise _invalid(
            "Invalid entity filter component combination. IP filter component should not be used "
            "with user or clientId filter component."
        )
    return parts


def _matches(component: ComponentData) -> _Matches:
    wanted = component.match
    match component.match_type:
        case 0:
            if wanted is None:
                raise _invalid("Request specified MATCH_TYPE_EXACT, but set match string to null.")
            return lambda name: name == wanted
        case 1:
            if wanted is not None:
                raise _surplus("DEFAULT")
            return lambda name: name is None
        case 2:
            if wanted is not None:
                raise _surplus("SPECIFIED")
            return lambda name: True
        case other:
            raise _invalid(f"Unknown match type {other}")


def _is_found(entity: Entity, parts: Mapping[str, _Matches], *, is_strict: bool) -> bool:
    names = dict(entity)
    if is_strict and names.keys() != parts.keys():
        return False
    return all(kind in names and matches(names[kind]) for kind, matches in parts.items())


def _surplus(kind: str) -> Refused:
    return _invalid(f"Request specified MATCH_TYPE_{kind}, but also specified a match string.")


def _invalid(message: str) -> Refused:
    return Refused(ErrorCode.INVALID_REQUEST, message)
