"""The ways in which a broker dies or falls silent, each at a moment that proves something.

A way leaves the broker running, or raises AssertionError with what was wrong. What happens in the
background is waited for by what the broker logs of it; the blow falls at once or a little later.
"""

import subprocess
import time
from collections.abc import Callable, Mapping
from random import Random
from signal import SIGCONT, SIGSTOP, SIGTERM

from tests.support.served import ServedBroker

EVENT_S = 5
"""How long something in the background is waited for; then the blow falls all the same."""
LOOK_S = 0.005
SECOND_START_S = 30
SILENCE_S = (0.5, 3.0)

Way = Callable[[ServedBroker, Random], None]


def at_any_moment(broker: ServedBroker, chance: Random) -> None:
    """Killed under load."""
    time.sleep(chance.uniform(0.05, 1.5))
    broker.kill()
    broker.start()


def in_recovery(broker: ServedBroker, chance: Random) -> None:
    """Killed, and killed again before it is ready."""
    broker.kill()
    for _ in range(chance.randint(1, 3)):
        broker.launch()
        time.sleep(chance.uniform(0.05, 0.5))
        broker.kill()
    broker.start()


def in_a_clean_stop(broker: ServedBroker, chance: Random) -> None:
    """Asked to stop, and killed while it does."""
    time.sleep(chance.uniform(0.05, 0.5))
    broker.send(SIGTERM)
    time.sleep(chance.uniform(0.0, 0.1))
    broker.kill()
    broker.start()


def restart(broker: ServedBroker, chance: Random) -> None:
    """Stopped in order."""
    time.sleep(chance.uniform(0.05, 0.5))
    code = broker.stop()
    assert code == 0, f"a clean stop ended with {code}"
    broker.start()


def silence(broker: ServedBroker, chance: Random) -> None:
    """Stopped by SIGSTOP for some time: for its clients it is gone, and then it is back."""
    time.sleep(chance.uniform(0.05, 0.3))
    broker.send(SIGSTOP)
    time.sleep(chance.uniform(*SILENCE_S))
    broker.send(SIGCONT)


def second_start(broker: ServedBroker, chance: Random) -> None:
    """Another process is started on the same directory, and refuses; then the first is killed."""
    words = [word if word != broker.address else "127.0.0.1:0" for word in broker.command()]
    other = subprocess.run(words, capture_output=True, text=True, timeout=SECOND_START_S)
    assert other.returncode, f"a second broker served the directory: {other.stdout}"
    assert broker.process is not None
    assert broker.process.poll() is None, "the first broker ended"
    at_any_moment(broker, chance)


def _at_event(name: str) -> Way:
    def way(broker: ServedBroker, chance: Random) -> None:
        with broker.log.open() as log:
            log.seek(0, 2)
            deadline = time.monotonic() + EVENT_S
            while name not in log.read() and time.monotonic() < deadline:
                time.sleep(LOOK_S)
        time.sleep(chance.choice((0.0, chance.uniform(0.0, 0.05))))
        broker.kill()
        broker.start()

    return way


WAYS: Mapping[str, Way] = {
    "under load": at_any_moment,
    "in recovery": in_recovery,
    "in a clean stop": in_a_clean_stop,
    "at a compaction": _at_event("log_compacted"),
    "at retention": _at_event("segments_removed"),
    "restarted": restart,
    "silent": silence,
    "started twice": second_start,
}
