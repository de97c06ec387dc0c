"""Alerts told outside: by real programs and over real connections, and what goes wrong there."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.alerts.telling import (
    NotTold,
    environment_of,
    facts_of,
    post,
    run_command,
)
from console.model.alerts import Alert, AlertRule, Phase, Turn, TurnKind
from console.model.verdict import Verdict
from engine.client.secret import EnvironmentSecret
from tests.support.waiting import until

HOSTILE = "$(touch owned)`touch owned`; touch owned #\x1b[2J\x00\n'\" ä"
ALERT = Alert(
    AlertRule("behind", lag_over=100),
    HOSTILE,
    Phase.FIRING,
    1_700_000_000_000,
    "lag 500",
    lag=500,
    verdict=Verdict.STALL,
)
TURN = Turn(TurnKind.BEGIN, ALERT, 1_700_000_060_250)
FACTS = facts_of(TURN, "prod")
LONG_S = 60.0


def is_gone(noted: Path) -> bool:
    """Whether the process whose id a file notes runs no more, or never ran."""
    pid = noted.read_text() if noted.exists() else ""
    try:
        return not pid or Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


@asynccontextmanager
async def web_hook(answer: bytes | None) -> AsyncIterator[tuple[str, list[bytes]]]:
    """An address that keeps what it gets and answers so; None is silence."""
    got: list[bytes] = []
    ends: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends.append(writer)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        got.append(head + await reader.readexactly(length))
        if answer is not None:
            writer.write(answer)
        else:
            await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/hook?key=1", got
        for end in ends:
            end.close()
        await asyncio.gather(*(end.wait_closed() for end in ends), return_exceptions=True)


def test_the_facts_say_what_is_known_and_null_for_the_rest() -> None:
    assert FACTS == {
        "event": "begin",
        "rule": "behind",
        "cluster": "prod",
        "group": HOSTILE,
        "reason": "lag 500",
        "limit": "lag over 100",
        "lag": 500,
        "age_s": None,
        "verdict": "stalled",
        "since": "2023-11-14T22:13:20.000+00:00",
        "at": "2023-11-14T22:14:20.250+00:00",
    }


def test_the_environment_holds_clean_text_and_nothing_that_is_unknown() -> None:
    found = environment_of(FACTS)
    assert found["KCONSOLE_ALERT_LAG"] == "500"
    assert "KCONSOLE_ALERT_AGE_S" not in found
    assert all(value.isprintable() for value in found.values())


async def test_a_program_gets_the_facts_in_its_environment(tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = "import os,sys;open(sys.argv[1],'w').write(os.environ['KCONSOLE_ALERT_RULE'])"
    await run_command((*python(code), str(out)), FACTS, os.environ, LONG_S)
    assert out.read_text() == "behind"


async def test_a_hostile_name_runs_nothing(tmp_path: Path) -> None:
    """No shell: a program that is called so gets the name as it is, and nothing is made of it."""
    out = tmp_path / "out"
    code = (
        "import os,sys;os.chdir(os.path.dirname(sys.argv[1]));"
        "open('out','w').write(os.environ['KCONSOLE_ALERT_GROUP'] + repr(sys.argv[2:]))"
    )
    await run_command((*python(code), str(out), "$HOME"), FACTS, os.environ, LONG_S)
    assert out.read_text().startswith("$(touch owned)`touch owned`; touch owned #␛[2J")
    assert out.read_text().endswith("['$HOME']")
    assert not (tmp_path / "owned").exists()


async def test_a_program_that_fails_or_is_not_there_is_told() -> None:
    with pytest.raises(NotTold, match="ended with exit code 3"):
        await run_command(python("raise SystemExit(3)"), FACTS, os.environ, LONG_S)
    with pytest.raises(NotTold, match="cannot be run: No such file"):
        await run_command(("/no/such/\x1bprogram",), FACTS, os.environ, LONG_S)


async def test_a_program_that_takes_too_long_goes_with_all_that_it_started(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = (
        "import subprocess,sys;"
        "p=subprocess.Popen([sys.executable,'-c','import signal;signal.pause()']);"
        "open(sys.argv[1],'w').write(str(p.pid));p.wait()"
    )
    with pytest.raises(NotTold, match=r"took longer than 1 s"):
        await run_command((*python(code), str(child)), FACTS, os.environ, 1.0)
    await until(lambda: is_gone(child))
    assert is_gone(child)


async def test_the_facts_are_posted_as_json() -> None:
    async with web_hook(b"HTTP/1.1 204 No Content\r\n\r\n") as (address, got):
        await post(address, FACTS, LONG_S)
    head, _, body = got[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?key=1 HTTP/1.1\r\n")
    assert json.loads(body) == FACTS


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 500 Oops\r\n\r\n", "answered 500"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n", "answered 302"),
        (b"rubbish\x1b\r\n\r\n", "cannot be reached"),
        (b"", "cannot be reached"),
    ],
)
async def test_an_answer_that_is_no_yes_is_told(answer: bytes, said: str) -> None:
    async with web_hook(answer) as (address, _):
        with pytest.raises(NotTold, match=said) as caught:
            await post(address, FACTS, LONG_S)
    assert str(caught.value).isprintable()


async def test_a_silent_web_hook_is_given_up() -> None:
    async with web_hook(None) as (address, _):
        with pytest.raises(NotTold, match=r"did not answer within 0.2 s"):
            await post(address, FACTS, 0.2)


async def test_nobody_there_and_no_secret_there_are_told_without_the_address() -> None:
    with pytest.raises(NotTold, match="cannot be reached") as caught:
        await post("http://127.0.0.1:1/token", FACTS, LONG_S)
    assert "token" not in str(caught.value)
    with pytest.raises(NotTold, match="variable HOOK is not set"):
        await post(EnvironmentSecret("HOOK", {}), FACTS, LONG_S)
    with pytest.raises(NotTold, match="no http:// or https:// address") as caught:
        await post(EnvironmentSecret("HOOK", {"HOOK": "ftp://secret"}), FACTS, LONG_S)
    assert "ftp" not in str(caught.value)
