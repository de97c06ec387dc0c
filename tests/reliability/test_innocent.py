"""What an innocent client suffers is told."""

import socket

import pytest

from tests.reliability import innocent
from tests.reliability.innocent import Innocent
from tests.reliability.verifier import Verdict

NOWHERE = "127.0.0.1:1"


def test_who_was_answered_with_what_it_wrote_has_nothing_to_tell() -> None:
    client = Innocent(NOWHERE)
    client.took_ms.append(5.0)
    client.compare((3, b"written"), (3, b"written"))
    assert _told(client) == []


@pytest.mark.parametrize("read", [(4, b"written"), (3, b"another")])
def test_another_record_than_it_wrote_is_an_offence(read: tuple[int, bytes]) -> None:
    client = Innocent(NOWHERE)
    client.took_ms.append(5.0)
    client.compare((3, b"written"), read)
    assert len(_told(client)) == 1


def test_who_was_never_answered_was_not_served() -> None:
    assert _told(Innocent(NOWHERE)) == ["an innocent client was never answered"]


def test_an_act_that_is_not_answered_in_time_is_an_offence(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the place of the broker is somebody who takes connections and says nothing."""
    monkeypatch.setattr(innocent, "ANSWER_S_MAX", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        client = Innocent(f"127.0.0.1:{listening.getsockname()[1]}")
        client.step()
    client.took_ms.append(5.0)
    (fault,) = _told(client)
    assert fault.startswith("an innocent client: act 1, ")


def _told(client: Innocent) -> list[str]:
    verdict = Verdict()
    client.judge(verdict)
    return verdict.faults
