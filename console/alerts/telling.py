"""Tells an alert outside the console: runs a program, posts to an address. Each in bounded time.

No shell is involved: the program and its arguments are those of the configuration alone, and what
comes from the cluster stands in the environment, cleaned, or in JSON. Output is not looked at.
"""

import asyncio
import json
import os
import signal
import ssl
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlsplit

from console.alerts.rules import Address, is_web_address
from console.model.alerts import Turn
from console.model.text import plain
from engine.client.secret import SecretMissing

PREFIX = "KCONSOLE_ALERT_"
TEXT_CHARACTERS_MAX = 1_000
"""Characters of a text in the environment, whose room is bounded."""

Facts = Mapping[str, str | int | float | None]


class NotTold(Exception):
    """Why an alert could not be told; safe to show."""


def facts_of(turn: Turn, cluster: str) -> Facts:
    """What is told of an alert, by name; null where it is not known."""
    alert = turn.alert
    return {
        "event": turn.kind.value,
        "rule": alert.rule.name,
        "cluster": cluster,
        "group": alert.group,
        "reason": alert.reason,
        "limit": alert.rule.limits,
        "lag": alert.lag,
        "age_s": None if alert.age_s is None else round(alert.age_s, 3),
        "verdict": alert.verdict.value,
        "since": _moment(alert.since_ms),
        "at": _moment(turn.at_ms),
    }


def environment_of(facts: Facts) -> dict[str, str]:
    """The facts as variables; what is not known is not there."""
    return {
        PREFIX + name.upper(): plain(str(value), limit=TEXT_CHARACTERS_MAX)
        for name, value in facts.items()
        if value is not None
    }


async def run_command(
    arguments: tuple[str, ...], facts: Facts, environment: Mapping[str, str], timeout_s: float
) -> None:
    """Run a program to its end. Raises NotTold."""
    try:
        process = await asyncio.create_subprocess_exec(
            *arguments,
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=DEVNULL,
            env={**environment, **environment_of(facts)},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise NotTold(f"{plain(arguments[0])} cannot be run: {plain(reason or '')}") from error
    try:
        async with asyncio.timeout(timeout_s):
            code = await process.wait()
    except TimeoutError:
        raise NotTold(f"{plain(arguments[0])} took longer than {timeout_s:g} s") from None
    finally:
        await _end(process)
    if code:
        raise NotTold(f"{plain(arguments[0])} ended with exit code {code}")


async def _end(process: Process) -> None:
    """Whatever the program started goes with it."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.shield(process.wait())


async def post(address: Address, facts: Facts, timeout_s: float) -> None:
    """Post the facts as JSON. Redirects are not followed. Raises NotTold."""
    try:
        async with asyncio.timeout(timeout_s):
            await asyncio.to_thread(_post, address, json.dumps(facts).encode(), timeout_s)
    except TimeoutError:
        raise NotTold(f"the web hook did not answer within {timeout_s:g} s") from None


def _post(address: Address, body: bytes, timeout_s: float) -> None:
    """Blocks for a bounded time. The address itself goes into no message: it may be a secret."""
    import http.client  # not at the start of every console

    try:
        url = address if isinstance(address, str) else address.read().strip()
    except SecretMissing as error:
        raise NotTold(f"the web hook: {plain(str(error))}") from error
    if not is_web_address(url):
        raise NotTold("the web hook is no http:// or https:// address")
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(
            host, parts.port, timeout=timeout_s, context=context
        )
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=timeout_s)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        status = connection.getresponse().status
    except TimeoutError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = plain(str(error) or type(error).__name__, limit=200)
        raise NotTold(f"the web hook cannot be reached: {reason}") from error
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise NotTold(f"the web hook answered {status}")


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
