"""AlterClientQuotas and DescribeClientQuotas; answers as Kafka 4.3.1 gave them."""

from pathlib import Path

import pytest

from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages import alter_client_quotas, describe_client_quotas
from engine.protocol.messages.alter_client_quotas import (
    AlterClientQuotasRequest,
    AlterClientQuotasResponse,
    OpData,
)
from engine.protocol.messages.describe_client_quotas import (
    ComponentData,
    DescribeClientQuotasRequest,
    DescribeClientQuotasResponse,
)
from tests.support.running_engine import connect, running_engine
from tests.support.wire_client import WireClient

EXACT, DEFAULT, ANY = range(3)
Entity = dict[str, str | None]


def entry(entity: Entity, **ops: float | None) -> alter_client_quotas.EntryData:
    return alter_client_quotas.EntryData(
        [alter_client_quotas.EntityData(kind, name) for kind, name in entity.items()],
        [OpData(key, value or 0.0, value is None) for key, value in ops.items()],
    )


async def alter(
    client: WireClient,
    *entries: alter_client_quotas.EntryData,
    version: int = 1,
    validate_only: bool = False,
) -> list[tuple[int, str | None]]:
    request = AlterClientQuotasRequest(list(entries), validate_only)
    response = await client.call(request, AlterClientQuotasResponse, version)
    return [(each.error_code, each.error_message) for each in response.entries]


async def describe(
    client: WireClient, *parts: tuple[str, int, str | None], strict: bool = False, version: int = 1
) -> DescribeClientQuotasResponse:
    request = DescribeClientQuotasRequest([ComponentData(*each) for each in parts], strict)
    return await client.call(request, DescribeClientQuotasResponse, version)


def told(response: DescribeClientQuotasResponse) -> list[tuple[Entity, dict[str, float]]]:
    assert response.error_code == ErrorCode.NONE
    assert response.entries is not None
    return [
        (_entity(each), {one.key: one.value for one in each.values}) for each in response.entries
    ]


def _entity(each: describe_client_quotas.EntryData) -> Entity:
    return {part.entity_type: part.entity_name for part in each.entity}


@pytest.mark.parametrize("version", range(2))
async def test_quotas_are_set_told_and_removed(client: WireClient, version: int) -> None:
    wanted = entry({"user": "u", "client-id": None}, producer_byte_rate=1e6, request_percentage=0.5)

    assert await alter(client, wanted, version=version) == [(ErrorCode.NONE, None)]
    assert told(await describe(client, version=version)) == [
        ({"client-id": None, "user": "u"}, {"producer_byte_rate": 1e6, "request_percentage": 0.5})
    ]
    await alter(client, entry({"user": "u", "client-id": None}, request_percentage=None))
    (rest,) = told(await describe(client, version=version))
    assert rest[1] == {"producer_byte_rate": 1e6}
    await alter(client, entry({"user": "u", "client-id": None}, producer_byte_rate=None))
    assert told(await describe(client, version=version)) == []


async def test_quotas_survive_a_restart(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine, connect(engine) as client:
        await alter(client, entry({"client-id": "größe/1"}, consumer_byte_rate=5.0))
    async with running_engine(tmp_path) as engine, connect(engine) as client:
        assert told(await describe(client)) == [
            ({"client-id": "größe/1"}, {"consumer_byte_rate": 5.0})
        ]


async def test_filter_finds_entities_that_have_its_parts(client: WireClient) -> None:
    entities: list[Entity] = [
        {"client-id": "c"},
        {"client-id": None},
        {"user": "u"},
        {"client-id": "c", "user": "u"},
        {"client-id": "c", "user": None},
        {"ip": None},
    ]
    for each in entities[:-1]:
        await alter(client, entry(each, producer_byte_rate=1.0))
    await alter(client, entry(entities[-1], connection_creation_rate=1.0))

    async def found(*parts: tuple[str, int, str | None], strict: bool = False) -> list[Entity]:
        return [each for each, _ in told(await describe(client, *parts, strict=strict))]

    assert await found() == entities
    assert await found(strict=True) == []
    assert await found(("client-id", EXACT, "c")) == [entities[0], entities[3], entities[4]]
    assert await found(("client-id", EXACT, "c"), strict=True) == [entities[0]]
    assert await found(("client-id", DEFAULT, None)) == [entities[1]]
    assert await found(("user", ANY, None), strict=True) == [entities[2]]
    assert await found(("user", DEFAULT, None), ("client-id", ANY, None)) == [entities[4]]
    assert await found(("ip", ANY, None)) == [entities[5]]


@pytest.mark.parametrize(
    ("parts", "code", "message"),
    [
        ([("", ANY, None)], ErrorCode.INVALID_REQUEST, "Invalid empty entity type."),
        ([("team", ANY, None)], ErrorCode.UNSUPPORTED_VERSION, "Unsupported entity type team"),
        ([("user", ANY, None)] * 2, ErrorCode.INVALID_REQUEST, "cannot appear more than once"),
        ([("user", EXACT, None)], ErrorCode.INVALID_REQUEST, "MATCH_TYPE_EXACT, but set match"),
        ([("user", DEFAULT, "u")], ErrorCode.INVALID_REQUEST, "MATCH_TYPE_DEFAULT, but also"),
        ([("user", ANY, "u")], ErrorCode.INVALID_REQUEST, "MATCH_TYPE_SPECIFIED, but also"),
        ([("user", 7, None)], ErrorCode.INVALID_REQUEST, "Unknown match type 7"),
        ([("user", ANY, None), ("ip", ANY, None)], ErrorCode.INVALID_REQUEST, "IP filter"),
    ],
)
async def test_filter_that_means_nothing_is_refused(
    client: WireClient, parts: list[tuple[str, int, str | None]], code: ErrorCode, message: str
) -> None:
    response = await describe(client, *parts)

    assert response.error_code == code
    assert message in (response.error_message or "")
    assert response.entries is None


@pytest.mark.parametrize(
    ("entity", "ops", "message"),
    [
        ({}, {"producer_byte_rate": 1.0}, "Invalid empty client quota entity"),
        ({"team": "t"}, {"producer_byte_rate": 1.0}, "Unhandled client quota entity type: team"),
        ({"user": ""}, {"producer_byte_rate": 1.0}, "Empty user not supported"),
        (
            {"user": "u", "ip": None},
            {"producer_byte_rate": 1.0},
            "Invalid quota entity combination",
        ),
        ({"ip": "300.1.1.1"}, {"connection_creation_rate": 1.0}, "not a valid IP or resolvable"),
        ({"ip": "::1"}, {"producer_byte_rate": 1.0}, "Invalid configuration key producer_byte"),
        ({"user": "u"}, {"connection_creation_rate": 1.0}, "Invalid configuration key connection"),
        ({"user": "u"}, {"no.such": 1.0}, "Invalid configuration key no.such"),
        ({"user": "u"}, {"producer_byte_rate": 0.0}, "must be greater than 0"),
        ({"user": "u"}, {"request_percentage": -1.0}, "must be greater than 0"),
        ({"user": "u"}, {"request_percentage": float("nan")}, "must be greater than 0"),
        ({"user": "u"}, {"producer_byte_rate": 1.5}, "cannot be a fractional value"),
        ({"user": "u"}, {"producer_byte_rate": 1e30}, "is too large for a LONG"),
        ({"ip": "::1"}, {"connection_creation_rate": 1e10}, "is too large for a INT"),
    ],
    ids=str,
)
async def test_entity_that_cannot_have_a_quota_is_refused_alone(
    client: WireClient, entity: Entity, ops: dict[str, float], message: str
) -> None:
    good = entry({"client-id": "good"}, consumer_byte_rate=1.0)

    (refused, accepted) = await alter(client, entry(entity, **ops), good)

    assert refused[0] == ErrorCode.INVALID_REQUEST
    assert message in (refused[1] or "")
    assert accepted == (ErrorCode.NONE, None)
    assert [each for each, _ in told(await describe(client))] == [{"client-id": "good"}]


async def test_entity_named_twice_gets_what_came_first_and_an_error(client: WireClient) -> None:
    twice = [entry({"client-id": "c"}, consumer_byte_rate=rate) for rate in (1.0, 2.0)]

    ((code, message),) = await alter(client, *twice)

    assert code == ErrorCode.INVALID_REQUEST
    assert message == "Ignoring duplicate entity ClientQuotaEntity(entries={client-id=c})"
    assert told(await describe(client)) == [({"client-id": "c"}, {"consumer_byte_rate": 1.0})]


async def test_validation_checks_and_changes_nothing(client: WireClient) -> None:
    wanted = entry({"client-id": "c"}, consumer_byte_rate=1.0)
    wrong = entry({"client-id": "d"}, consumer_byte_rate=-1.0)

    codes = [code for code, _ in await alter(client, wanted, wrong, validate_only=True)]

    assert codes == [ErrorCode.NONE, ErrorCode.INVALID_REQUEST]
    assert told(await describe(client)) == []
