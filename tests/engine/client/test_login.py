"""The log-in of one connection: renewed in time, never half done, refused with a reason."""

import asyncio
import traceback
from dataclasses import dataclass, field, replace

import pytest

from engine.client.connection import Connection
from engine.client.errors import ClientError, NotLoggedIn, TimedOut, Unreachable
from engine.client.opening import open_connection
from engine.client.secret import EnvironmentSecret
from engine.client.security import OauthBearer, Plain, Security
from engine.client.settings import ClientSettings
from engine.protocol.api_keys import ApiKey
from engine.protocol.messages.api_versions import ApiVersionsRequest
from engine.protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from engine.protocol.messages.sasl_authenticate import (
    SaslAuthenticateRequest,
    SaslAuthenticateResponse,
)
from engine.protocol.messages.sasl_handshake import SaslHandshakeRequest, SaslHandshakeResponse
from tests.support.scripted_broker import Bytes, Drop, Hang, ScriptedBroker, all_versions

ANN = Plain("ann", EnvironmentSecret("WORD", {"WORD": "hidden"}))
SETTINGS = ClientSettings(
    connect_timeout_s=30.0, request_timeout_s=30.0, security=Security(sasl=ANN)
)
SHORT = 0.02
FOR_AN_INSTANT_MS = 1


def broker(*, lifetime_ms: int = 0) -> ScriptedBroker:
    """One that lets in whoever comes."""
    return ScriptedBroker(
        {
            SaslHandshakeRequest: SaslHandshakeResponse(mechanisms=["PLAIN"]),
            SaslAuthenticateRequest: SaslAuthenticateResponse(session_lifetime_ms=lifetime_ms),
            HeartbeatRequest: HeartbeatResponse(),
        }
    )


def refused(code: int, words: str | None = None) -> SaslAuthenticateResponse:
    return SaslAuthenticateResponse(error_code=code, error_message=words)


async def beat(connection: Connection) -> None:
    await connection.request(HeartbeatRequest("g", 1), HeartbeatResponse)


def kinds(asked: ScriptedBroker) -> list[str]:
    names = (type(each.message).__name__.removesuffix("Request") for each in asked.asked)
    return list(names)


LOG_IN = ["SaslHandshake", "SaslAuthenticate"]


async def test_the_log_in_comes_before_the_first_request_and_only_once() -> None:
    async with broker() as asked:
        connection = await open_connection(asked.endpoint, SETTINGS)
        await beat(connection)
        await beat(connection)
        connection.close()
    assert kinds(asked) == ["ApiVersions", *LOG_IN, "Heartbeat", "Heartbeat"]
    assert asked.requests(SaslAuthenticateRequest)[0].auth_bytes == b"\0ann\0hidden"


async def test_a_session_that_is_due_is_renewed_before_the_next_request() -> None:
    async with broker(lifetime_ms=FOR_AN_INSTANT_MS) as asked:
        connection = await open_connection(asked.endpoint, SETTINGS)
        asked.script[SaslAuthenticateRequest] = SaslAuthenticateResponse(session_lifetime_ms=0)
        while len(asked.requests(SaslHandshakeRequest)) < 2:
            await beat(connection)
        await beat(connection)
        connection.close()
    assert len(asked.requests(SaslHandshakeRequest)) == 2
    assert kinds(asked)[-2:] == ["Heartbeat", "Heartbeat"]


async def test_no_request_comes_between_the_steps_of_a_renewal() -> None:
    async with broker(lifetime_ms=FOR_AN_INSTANT_MS) as asked:
        connection = await open_connection(asked.endpoint, SETTINGS)
        for _ in range(20):
            await asyncio.gather(*(beat(connection) for _ in range(20)))
        connection.close()
    steps = kinds(asked)
    handshakes = [place for place, kind in enumerate(steps) if kind == "SaslHandshake"]
    assert len(handshakes) > 1
    assert all(steps[place + 1] == "SaslAuthenticate" for place in handshakes)


async def test_whoever_waits_for_a_renewal_that_is_refused_is_told() -> None:
    async with broker(lifetime_ms=FOR_AN_INSTANT_MS) as asked:
        connection = await open_connection(asked.endpoint, SETTINGS)
        asked.script[SaslAuthenticateRequest] = refused(58, "the token was withdrawn")
        told: list[object] = []
        while not any(told):
            told = await asyncio.gather(
                *(beat(connection) for _ in range(5)), return_exceptions=True
            )
    assert all(isinstance(each, Unreachable) for each in told if each)
    assert any(isinstance(each, NotLoggedIn) for each in told)
    assert not connection.is_open


async def test_a_renewal_that_is_cancelled_ends_the_connection() -> None:
    """Its broker waits for the next step, and would take any request for it."""
    async with broker(lifetime_ms=FOR_AN_INSTANT_MS) as asked:
        connection = await open_connection(asked.endpoint, SETTINGS)
        asked.script[SaslAuthenticateRequest] = Hang()
        while len(asked.requests(SaslHandshakeRequest)) < 2:
            beating = asyncio.ensure_future(beat(connection))
            await asyncio.wait(
                [beating, asyncio.ensure_future(asked.until_asked(SaslAuthenticateRequest, 2))],
                return_when=asyncio.FIRST_COMPLETED,
            )
        beating.cancel()
        await asyncio.wait([beating])
        assert not connection.is_open


@dataclass
class Case:
    """What a broker says instead, and what is told about it."""

    words: str
    handshake: object = field(default_factory=lambda: SaslHandshakeResponse(mechanisms=["PLAIN"]))
    answer: object = field(default_factory=SaslAuthenticateResponse)
    is_refusal: bool = True


CASES = {
    "refused": Case(
        "PLAIN as 'ann': Invalid username or password; check sasl.username and the password in "
        "the environment variable WORD",
        answer=refused(58, "Invalid username or password"),
    ),
    "refused without a word": Case("check sasl.username", answer=refused(58)),
    "not offered": Case(
        "not among the mechanisms that it offers (GSSAPI, SCRAM-SHA-512); set sasl.mechanism to "
        "SCRAM-SHA-512",
        SaslHandshakeResponse(error_code=33, mechanisms=["GSSAPI", "SCRAM-SHA-512"]),
    ),
    "nothing offered": Case(
        "not among the mechanisms that it offers (none)", SaslHandshakeResponse(error_code=33)
    ),
    "no SASL here": Case("takes no log-in", SaslHandshakeResponse(error_code=34)),
    "an unknown code": Case("PLAIN as 'ann'", SaslHandshakeResponse(error_code=777)),
    "hangs up at the handshake": Case("PLAIN as 'ann'", Drop(), is_refusal=False),
    "hangs up at the token": Case("PLAIN as 'ann'", answer=Drop(), is_refusal=False),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_a_refusal_says_what_happened_and_what_to_do(case: Case) -> None:
    asked = broker()
    asked.script.update({SaslHandshakeRequest: case.handshake})
    asked.script.update({SaslAuthenticateRequest: case.answer})
    async with asked:
        with pytest.raises(Unreachable) as told:
            await open_connection(asked.endpoint, SETTINGS)
    assert isinstance(told.value, NotLoggedIn) is case.is_refusal
    assert case.words in str(told.value)
    assert str(asked.endpoint) in str(told.value)
    assert "hidden" not in f"{told.value!r} {told.value} {SETTINGS!r}"


async def test_a_broker_without_sasl_authenticate_is_told() -> None:
    asked = broker()
    old = all_versions({ApiKey.SASL_HANDSHAKE: (0, 0)})
    asked.script.update({ApiVersionsRequest: old})
    async with asked:
        with pytest.raises(NotLoggedIn, match="SASL_HANDSHAKE"):
            await open_connection(asked.endpoint, SETTINGS)


async def test_a_log_in_that_hangs_has_an_end() -> None:
    asked = broker()
    asked.script.update({SaslAuthenticateRequest: Hang()})
    hasty = replace(SETTINGS, login_timeout_s=SHORT)
    async with asked:
        with pytest.raises(Unreachable, match=r"longer than 0\.02 s") as told:
            await open_connection(asked.endpoint, hasty)
    assert not isinstance(told.value, NotLoggedIn)


async def test_a_broker_that_never_comes_to_an_end_is_left() -> None:
    asked = broker()
    endless = SaslAuthenticateResponse(auth_bytes=b'{"status":"invalid_token"}')
    asked.script.update({SaslAuthenticateRequest: endless})
    security = Security(sasl=OauthBearer(ANN.password))
    async with asked:
        with pytest.raises(NotLoggedIn, match="does not take the token"):
            await open_connection(asked.endpoint, replace(SETTINGS, security=security))
    assert len(asked.requests(SaslAuthenticateRequest)) == 2


async def test_a_secret_that_is_missing_is_told_and_nothing_is_sent() -> None:
    lost = Plain("ann", EnvironmentSecret("WORD", {}))
    async with broker() as asked:
        with pytest.raises(NotLoggedIn, match="the environment variable WORD is not set"):
            await open_connection(asked.endpoint, replace(SETTINGS, security=Security(sasl=lost)))
    assert kinds(asked) == ["ApiVersions"]


async def test_a_request_that_is_late_is_late_also_while_it_waits_for_a_renewal() -> None:
    async with broker(lifetime_ms=FOR_AN_INSTANT_MS) as asked:
        connection = await open_connection(asked.endpoint, SETTINGS)
        asked.script[SaslAuthenticateRequest] = Hang()

        async def beat_on() -> None:
            while True:
                await connection.request(
                    HeartbeatRequest("g", 1), HeartbeatResponse, timeout_s=SHORT
                )

        with pytest.raises(TimedOut):
            await beat_on()
        assert not connection.is_open


def held_by(error: BaseException | None) -> str:
    """What a report of a crash could show: the locals of each frame of an error and its causes."""
    held = ""
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if "/tests/" not in frame.f_code.co_filename:
                held += repr(frame.f_locals)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return held


@pytest.mark.parametrize("answer", [Bytes(b"\0\0\0\x01x"), Drop(), refused(58)])
async def test_no_error_carries_a_secret_in_its_frames(answer: object) -> None:
    asked = broker()
    asked.script.update({SaslAuthenticateRequest: answer})
    async with asked:
        with pytest.raises(ClientError) as told:
            await open_connection(asked.endpoint, SETTINGS)
    assert str(asked.endpoint.port) in held_by(told.value)
    assert "hidden" not in held_by(told.value)
