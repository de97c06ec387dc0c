"""Each resource of a request that alters configurations is altered for itself, and once."""

import asyncio
from dataclasses import dataclass

from engine.broker.altered_resources import alter_each
from engine.broker.refusal import Refused
from engine.protocol.error_codes import ErrorCode


@dataclass
class _Resource:
    resource_name: str
    resource_type: int = 2


def test_one_that_is_named_twice_or_refused_leaves_the_others_alone() -> None:
    altered: list[str] = []

    async def alter(resource: _Resource) -> None:
        if resource.resource_name == "refused":
            raise Refused(ErrorCode.INVALID_CONFIG)
        altered.append(resource.resource_name)

    async def outcomes() -> list[tuple[str, ErrorCode | None]]:
        names = ("first", "twice", "refused", "twice", "last")
        each = alter_each([_Resource(name) for name in names], alter)
        return [(found.resource_name, why and why.code) async for found, why in each]

    assert asyncio.run(outcomes()) == [
        ("first", None),
        ("twice", ErrorCode.INVALID_REQUEST),
        ("refused", ErrorCode.INVALID_CONFIG),
        ("twice", ErrorCode.INVALID_REQUEST),
        ("last", None),
    ]
    assert altered == ["first", "last"]


def test_same_name_of_another_kind_is_another_resource() -> None:
    altered: list[int] = []

    async def alter(resource: _Resource) -> None:
        altered.append(resource.resource_type)

    async def outcomes() -> list[Refused | None]:
        each = alter_each([_Resource("0", 4), _Resource("0", 8)], alter)
        return [why async for _, why in each]

    assert asyncio.run(outcomes()) == [None, None]
    assert altered == [4, 8]
