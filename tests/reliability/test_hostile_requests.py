"""Requests with one wrong field, of every API and version, to a running broker.

Goal: no exception leaves a connection, memory stays within a constant times the frame, and an
innocent client beside it sees nothing. Method: requests are made from the message declarations and
one field, or the bytes, are made wrong; after each the innocent client produces and reads back.
KCONSOLE_HOSTILE_SEED and KCONSOLE_HOSTILE_MUTANTS choose others and more of them.
"""

import dataclasses
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.broker.api_table import SERVED_APIS
from engine.protocol.advertised import APIS
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from tests.support.hostile_connections import Sent, attack, chosen, furnish
from tests.support.running_engine import connect, running_engine

SEED = int(os.environ.get("KCONSOLE_HOSTILE_SEED", "7"))
MUTANTS = int(os.environ.get("KCONSOLE_HOSTILE_MUTANTS", "60"))
"""Requests of one API; half as many have wrong bytes."""

NOT_UNDERSTOOD = {ErrorCode.INVALID_REQUEST, ErrorCode.UNSUPPORTED_VERSION}


def codes(answer: object) -> Iterator[int]:
    """Every error code in an answer."""
    if isinstance(answer, list):
        for each in answer:
            yield from codes(each)
    elif dataclasses.is_dataclass(answer):
        for field in dataclasses.fields(answer):
            value = getattr(answer, field.name)
            if field.name == "error_code":
                yield value
            else:
                yield from codes(value)


async def test_right_requests_are_understood(tmp_path: Path) -> None:
    """Or else their mutants would be refused for more than the one wrong field."""
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        world = await furnish(client)
        for key in sorted(SERVED_APIS, key=lambda key: key is ApiKey.DELETE_TOPICS):
            row = APIS[key]
            for version in (row.min_accepted, row.max_accepted):
                answer = await client.call(world.right(row.request, version), row.response, version)
                assert NOT_UNDERSTOOD.isdisjoint(codes(answer)), (key.name, version)


@pytest.mark.parametrize("key", SERVED_APIS, ids=lambda key: key.name)
async def test_wrong_request_harms_nobody(key: ApiKey, tmp_path: Path) -> None:
    rng = random.Random(f"{key.name} {SEED}")
    sent = Sent()
    await attack(key, tmp_path / "data", lambda world: chosen(key, world, rng, MUTANTS), sent)
    assert not sent.faults, f"{sent.faults}, seed {SEED}"
    assert sent.frames
