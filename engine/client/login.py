"""SASL on a connection: the mechanism agreed on, the tokens exchanged, the session kept alive.

| state   | event                                   | next    |
|---------|-----------------------------------------|---------|
| none    | `keep`: handshake, tokens, all accepted | valid   |
| valid   | `keep` before the renewal is due        | valid   |
| valid   | `keep` afterwards: as from none         | valid   |
| any     | refused, broken, out of time, cancelled | the connection is closed |

A broker that limits sessions (KIP-368) closes the connection at the first request after the end;
the renewal is due well before. It happens before the next request, so that an idle connection costs
nothing, and nobody's request comes between its steps.
"""

import asyncio
from collections.abc import Callable
from typing import assert_never

from engine.client.connection import Connection
from engine.client.errors import ClientError, NotLoggedIn, Unreachable, Unsupported
from engine.client.sasl_exchange import Exchange, ExchangeBroken, oauth_bearer, plain, scram
from engine.client.secret import SecretMissing
from engine.client.security import MECHANISMS, OauthBearer, Plain, Sasl, Scram
from engine.kernel.limits import SASL_STEPS_MAX
from engine.protocol.error_codes import ErrorCode, error_code
from engine.protocol.messages.sasl_authenticate import (
    SaslAuthenticateRequest,
    SaslAuthenticateResponse,
)
from engine.protocol.messages.sasl_handshake import SaslHandshakeRequest, SaslHandshakeResponse

_TOKENS_IN_FRAMES = 1
"""The version of SaslHandshake after which tokens travel in SaslAuthenticate."""

_RENEWED_AFTER = 0.85
"""The part of a session's life after which it is renewed; Java's client takes 0.85 to 0.95."""


class Login:
    """The session of one connection as one user. Implements `engine.client.connection.Session`."""

    def __init__(self, sasl: Sasl, *, timeout_s: float, now_s: Callable[[], float]) -> None:
        self._sasl = sasl
        self._timeout_s = timeout_s
        self._now_s = now_s
        self._turn = asyncio.Lock()
        self._due_s: float | None = None
        self._is_valid = False

    async def keep(self, connection: Connection) -> None:
        """Log in, or again, if it is time to. Raises ClientError, having ended the connection."""
        if self._is_fresh():
            return
        async with self._turn:
            # Another request may have renewed the session while this one waited. Whoever renewed
            # it writes its own request next, without giving way, however short the session is.
            if not self._is_fresh():
                await self._renew(connection)

    def _is_fresh(self) -> bool:
        return self._is_valid and (self._due_s is None or self._now_s() < self._due_s)

    async def _renew(self, connection: Connection) -> None:
        self._is_valid = False
        failure: ClientError | None = None
        try:
            async with asyncio.timeout(self._timeout_s):
                lifetime_s = await self._log_in(connection)
        except TimeoutError:
            text = f"{self._what()} took longer than {self._timeout_s:g} s"
            failure = Unreachable(*connection.endpoint, text)
        except Unsupported as error:
            failure = NotLoggedIn(*connection.endpoint, f"{self._what()}: {error}")
        except NotLoggedIn as error:
            failure = error
        except Unreachable as error:
            text = f"{self._what()}: {error.reason}"
            failure = Unreachable(*connection.endpoint, text, was_sent=error.was_sent)
        except BaseException as error:
            connection.close()
            # Reports of crashes show what every frame holds, and those below hold secrets.
            error.__traceback__ = None
            raise
        if failure is not None:
            connection.close(failure)
            raise failure.with_traceback(None) from None  # as above
        self._is_valid = True
        self._due_s = self._now_s() + _RENEWED_AFTER * lifetime_s if lifetime_s else None

    async def _log_in(self, connection: Connection) -> float:
        """Seconds that the session lives; 0 is for ever. Raises ClientError."""
        try:
            # Secrets come from files and commands, and hashing takes its time: not on the loop.
            exchange = await asyncio.to_thread(_begun, self._sasl)
            await self._agree(connection)
            token = await asyncio.to_thread(next, exchange)
            for _ in range(SASL_STEPS_MAX):
                answer = await self._carry(connection, token)
                following = await asyncio.to_thread(_next_token, exchange, answer.auth_bytes)
                if following is None:
                    return answer.session_lifetime_ms / 1000
                token = following
        except (ExchangeBroken, SecretMissing) as error:
            raise self._failed(connection, str(error)) from None
        raise self._failed(connection, f"no end after {SASL_STEPS_MAX} tokens")

    async def _agree(self, connection: Connection) -> None:
        """Agree on the mechanism. Raises ClientError."""
        mechanism = self._sasl.mechanism
        answer = await connection.ask(
            SaslHandshakeRequest(mechanism), SaslHandshakeResponse, min_version=_TOKENS_IN_FRAMES
        )
        code = error_code(answer.error_code)
        if code is ErrorCode.UNSUPPORTED_SASL_MECHANISM:
            usable = [each for each in answer.mechanisms if each in MECHANISMS]
            offered = ", ".join(answer.mechanisms) or "none"
            advice = f"; set sasl.mechanism to {' or '.join(usable)}" if usable else ""
            text = f"{mechanism} is not among the mechanisms that it offers ({offered}){advice}"
            raise NotLoggedIn(*connection.endpoint, text)
        if code is ErrorCode.ILLEGAL_SASL_STATE:
            text = "its listener takes no log-in: take sasl out, or use the port that has SASL"
            raise NotLoggedIn(*connection.endpoint, text)
        if code is not ErrorCode.NONE:
            raise self._failed(connection, code.message)

    async def _carry(self, connection: Connection, token: bytes) -> SaslAuthenticateResponse:
        """One token there and one back. Raises ClientError."""
        answer = await connection.ask(SaslAuthenticateRequest(token), SaslAuthenticateResponse)
        code = error_code(answer.error_code)
        if code is not ErrorCode.NONE:
            words = (answer.error_message or code.message).rstrip(".")
            raise self._failed(connection, f"{words}; check {_checked(self._sasl)}")
        return answer

    def _failed(self, connection: Connection, reason: str) -> NotLoggedIn:
        return NotLoggedIn(*connection.endpoint, f"{self._what()}: {reason}")

    def _what(self) -> str:
        match self._sasl:
            case Plain(username=name) | Scram(username=name):
                return f"{self._sasl.mechanism} as {name!r}"
            case OauthBearer():
                return self._sasl.mechanism
            case _ as never:
                assert_never(never)


def _begun(sasl: Sasl) -> Exchange:
    """The exchange with its secrets; nobody else keeps them."""
    match sasl:
        case Plain():
            return plain(sasl.username, sasl.password.read())
        case Scram():
            return scram(sasl.mechanism, sasl.username, sasl.password.read(), sasl.nonce())
        case OauthBearer():
            return oauth_bearer(sasl.token.read(), sasl.extensions)
        case _ as never:
            assert_never(never)


def _next_token(exchange: Exchange, received: bytes) -> bytes | None:
    """The token that follows on the broker's, or None when the exchange is through."""
    try:
        return exchange.send(received)
    except StopIteration:
        return None


def _checked(sasl: Sasl) -> str:
    match sasl:
        case Plain() | Scram():
            return f"sasl.username and the password in {sasl.password}"
        case OauthBearer():
            return f"the token from {sasl.token}"
        case _ as never:
            assert_never(never)
