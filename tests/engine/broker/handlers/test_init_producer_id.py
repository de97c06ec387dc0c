"""InitProducerId: every producer gets an id of its own, also across restarts."""

from pathlib import Path

import pytest

from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)
from tests.support.running_engine import connect, running_engine
from tests.support.wire_client import WireClient


async def ask(
    client: WireClient, version: int = 5, transactional_id: str | None = None, **fields: int
) -> InitProducerIdResponse:
    request = InitProducerIdRequest(transactional_id, 60_000, **fields)
    return await client.call(request, InitProducerIdResponse, version)


@pytest.mark.parametrize("version", range(6))
async def test_every_version_hands_out_fresh_ids_at_epoch_0(
    client: WireClient, version: int
) -> None:
    answers = [await ask(client, version) for _ in range(3)]

    assert {answer.error_code for answer in answers} == {ErrorCode.NONE}
    assert len({answer.producer_id for answer in answers}) == 3
    assert {answer.producer_epoch for answer in answers} == {0}


async def test_ids_are_not_handed_out_again_after_a_restart(tmp_path: Path) -> None:
    seen = []
    for _ in range(3):
        async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
            seen.append((await ask(client)).producer_id)

    assert len(set(seen)) == 3


async def test_resuming_without_a_transaction_gets_a_fresh_id(client: WireClient) -> None:
    first = await ask(client)

    again = await ask(client, producer_id=first.producer_id, producer_epoch=0)

    assert again.error_code == ErrorCode.NONE
    assert again.producer_id != first.producer_id


async def test_transactional_id_is_refused_for_good(client: WireClient) -> None:
    answer = await ask(client, transactional_id="orders-1")

    assert answer.error_code == ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED


async def test_empty_transactional_id_is_an_invalid_request(client: WireClient) -> None:
    assert (await ask(client, transactional_id="")).error_code == ErrorCode.INVALID_REQUEST


async def test_id_without_epoch_is_an_invalid_request(client: WireClient) -> None:
    assert (await ask(client, producer_id=7)).error_code == ErrorCode.INVALID_REQUEST
