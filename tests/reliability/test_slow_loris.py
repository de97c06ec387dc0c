"""A short form; `python -m tests.reliability.slow_loris` is the long one. And offences of a broker
that its judges must tell."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.reliability import slow_loris
from tests.reliability.slow_loris import (
    LASTS_S_MAX,
    WRONG_FRAMES,
    Stranger,
    judge_deadlines,
    run,
)
from tests.reliability.verifier import Verdict

LOG = "12:00 connection_closed peer=127.0.0.1"
TIMELY = {"came": 2, "closed": 1, "lasted_s_max": 35.0}


@pytest.mark.timeout(240)
def test_clients_that_take_for_ever_harm_nobody(tmp_path: Path) -> None:
    result = run(80, 19, 2.0, tmp_path)
    assert result["clean"], result
    assert result["wrong_frames_closed"].keys() == WRONG_FRAMES.keys()


def test_wrong_frames_that_are_closed_and_told_are_as_it_should_be() -> None:
    stranger = _hung_up_on(lambda connection: connection.close())
    assert _told(stranger, LOG) == []


def test_wrong_frames_that_the_log_does_not_tell_of_are_an_offence() -> None:
    stranger = _hung_up_on(lambda connection: connection.close())
    assert _told(stranger, "") == ["the log does not tell of closed connections"]


def test_a_wrong_frame_that_is_answered_is_an_offence() -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"x")
        connection.close()

    faults = _told(_hung_up_on(answer), LOG)
    assert {f"{what} was answered" for what in WRONG_FRAMES} <= {*faults}


def test_a_wrong_frame_that_is_not_closed_is_an_offence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_loris, "ANSWER_S", 0.05)
    faults = _told(_hung_up_on(lambda _: None), LOG)
    assert {f"{what} was not closed within 0.05 s" for what in WRONG_FRAMES} <= {*faults}


def test_a_broker_that_lets_nobody_in_is_an_offence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    stranger = Stranger(f"127.0.0.1:{port}")
    stranger.step()
    assert len(_told(stranger, LOG)) == 2 * len(WRONG_FRAMES)


def test_who_stays_beyond_every_deadline_is_an_offence() -> None:
    assert _late(TIMELY, pressed_s=LASTS_S_MAX + 1) == []
    (fault,) = _late({**TIMELY, "lasted_s_max": LASTS_S_MAX + 1}, pressed_s=1)
    assert "was there" in fault


def test_nobody_closed_is_an_offence_if_there_was_time_for_it() -> None:
    unclosed = {**TIMELY, "closed": 0}
    assert _late(unclosed, pressed_s=1) == []
    assert _late(unclosed, pressed_s=LASTS_S_MAX + 1) == ["header: none was closed"]


def _late(tally: dict[str, float], pressed_s: float) -> list[str]:
    verdict = Verdict()
    judge_deadlines({"header": tally}, pressed_s, verdict)
    return verdict.faults


def _told(stranger: Stranger, log: str) -> list[str]:
    verdict = Verdict()
    stranger.judge(verdict, log)
    return verdict.faults


def _hung_up_on(treat: Callable[[socket.socket], None]) -> Stranger:
    """A stranger that has sent each wrong frame once to who treats its connections like this."""
    with _door(treat) as address:
        stranger = Stranger(address)
        stranger.step()
    return stranger


@contextmanager
def _door(treat: Callable[[socket.socket], None]) -> Iterator[str]:
    """Who reads a frame of each connection and treats it so; all are closed at last."""
    with ExitStack() as kept, socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for _ in WRONG_FRAMES:
                connection, _ = listening.accept()
                kept.enter_context(connection)
                connection.recv(1 << 10)
                treat(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join()
