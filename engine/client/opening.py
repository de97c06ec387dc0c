"""How a connection comes into being: TCP, TLS, what the broker speaks, the log-in.

Each step has its bound, and nothing secret is sent before the broker has proved who it is, if TLS
is asked for. A broker that hangs up without a word is asked in the other way, with or without TLS:
the most frequent mistake, a wrong port, is told by name and not guessed.
"""

import asyncio
import ssl

from engine.client.connection import PORT_MAX, Connection, Endpoint, reason_of
from engine.client.errors import ClientError, MalformedAnswer, NotSecured, Unreachable
from engine.client.login import Login
from engine.client.settings import ClientSettings
from engine.client.tls import TlsUnusable, context_of, tls_reason

_NEXT_ADDRESS_AFTER_S = 0.25


async def open_connection(endpoint: Endpoint, settings: ClientSettings) -> Connection:
    """A connection that is ready for requests. Raises Unreachable, TimedOut, MalformedAnswer."""
    if not 0 < endpoint.port <= PORT_MAX:
        raise Unreachable(*endpoint, "there is no such port")
    context: ssl.SSLContext | None = None
    if settings.security.tls is not None:
        try:
            # It reads files, and may have to ask a command for the key's password.
            context = await asyncio.to_thread(context_of, settings.security.tls)
        except TlsUnusable as error:
            raise NotSecured(*endpoint, str(error)) from None
    connection = await _connected(endpoint, settings, context)
    try:
        await _greet(connection, settings)
        if settings.security.sasl is not None:
            now_s = asyncio.get_running_loop().time
            login = Login(settings.security.sasl, timeout_s=settings.login_timeout_s, now_s=now_s)
            await login.keep(connection)
            connection.attach(login)
    except BaseException:
        connection.close()
        raise
    return connection


async def _connected(
    endpoint: Endpoint, settings: ClientSettings, context: ssl.SSLContext | None
) -> Connection:
    """A connection over which nothing was said yet. Raises Unreachable."""
    limit_s = settings.connect_timeout_s
    try:
        return await _connect(endpoint, settings, context)
    except TimeoutError:
        raise Unreachable(*endpoint, f"no connection within {limit_s:g} s") from None
    except (ssl.SSLError, ConnectionResetError, ConnectionAbortedError, BrokenPipeError) as error:
        if context is None:
            raise Unreachable(*endpoint, reason_of(error)) from error
        if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
            raise NotSecured(*endpoint, tls_reason(error)) from None
        if await _speaks_plainly(endpoint, settings):
            text = "it answers without TLS: take tls out, or use the port with TLS"
            raise NotSecured(*endpoint, text) from None
        text = "the broker ended the connection while TLS began"
        raise NotSecured(*endpoint, text) from None
    except (OSError, UnicodeError) as error:
        # UnicodeError: a cluster may advertise a name that cannot be one.
        raise Unreachable(*endpoint, reason_of(error)) from error


async def _connect(
    endpoint: Endpoint, settings: ClientSettings, context: ssl.SSLContext | None
) -> Connection:
    async with asyncio.timeout(settings.connect_timeout_s):
        _, connection = await asyncio.get_running_loop().create_connection(
            lambda: Connection(endpoint, settings),
            endpoint.host,
            endpoint.port,
            ssl=context,
            happy_eyeballs_delay=_NEXT_ADDRESS_AFTER_S,
        )
    return connection


async def _greet(connection: Connection, settings: ClientSettings) -> None:
    """Learn what the broker speaks; tell if it is TLS."""
    try:
        await connection.handshake()
    except NotSecured:
        raise
    except (Unreachable, MalformedAnswer) as error:
        tls = settings.security.tls
        if tls is not None and tls.certificate is None and isinstance(error, Unreachable):
            text = f"{error.reason} when TLS began; does it want a certificate (tls.certificate)?"
            raise NotSecured(*connection.endpoint, text) from None
        if tls is None and await _speaks_tls(connection.endpoint, settings):
            text = "it speaks TLS only: set tls.enabled = true, or use the port without TLS"
            raise NotSecured(*connection.endpoint, text) from None
        raise


async def _speaks_plainly(endpoint: Endpoint, settings: ClientSettings) -> bool:
    """Whether a Kafka broker answers there without TLS. Sends nothing secret."""
    try:
        connection = await _connect(endpoint, settings, None)
    except OSError:
        return False
    try:
        await connection.handshake()
    except ClientError:
        return False
    finally:
        connection.close()
    return True


async def _speaks_tls(endpoint: Endpoint, settings: ClientSettings) -> bool:
    """Whether somebody answers there with TLS, whoever it is. Sends nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        (await _connect(endpoint, settings, context)).close()
    except ssl.SSLError as error:
        # An alert is an answer too, such as that a certificate of ours is wanted.
        return "ALERT" in (error.reason or "")
    except OSError:
        return False
    return True
