"""Puts a bad network between a broker and its clients again and again, and verifies what is kept.

    python -m tests.reliability.bad_network [--rounds 40] [--every 10] [--rate RECORDS_PER_S]
        [--seed N] [--seconds BUDGET] [--keep DIR] [--raw FILE]

All clients come through `tests.reliability.proxy`, which delays, slices and swallows what is sent,
resets connections in the middle of a request, or leaves the broker with half of a connection. The
broker may die meanwhile. When the network is calm again every producer must be acknowledged within
a bound; nothing that was acknowledged may be lost, and no idempotent producer may stand there
twice. At the end the broker must have let go of every connection whose client is gone. Prints one
JSON line; a failing run keeps its data directory and its seed.
"""

import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from random import Random

from tests.reliability import command
from tests.reliability.cycles import Trial
from tests.reliability.proxy import Proxy, Weather
from tests.reliability.scene import Round, Scene, running
from tests.support.served import ServedBroker

IDLE_S = 3
REAPED_S = 3 * IDLE_S
"""How soon the broker must let go of a connection of which nothing comes: its idle limit, and the
time until it looks."""
WEATHER_S = (0.5, 3.0)
BAD = (
    Weather.RESETTING,
    Weather.HALF_OPEN,
    Weather.BLACK_HOLE,
    Weather.SLOW,
    Weather.SLICED,
)


def config(proxy: Proxy) -> str:
    """Clients are told the address of the proxy."""
    return f"""[engine]
"advertised.listeners" = ["{proxy.address}"]
"connections.max.idle.ms" = {IDLE_S * 1000}
"offsets.topic.num.partitions" = 3
"log.segment.bytes" = 1048576
"""


class BadNetwork:
    """The ways in which a network is bad."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self.let_go_s = 0.0
        """The longest until the broker had let go of every connection whose client is gone."""
        self.ways: Mapping[str, Round] = {
            **{each.name.lower().replace("_", " "): self._way(each) for each in BAD},
            "broker killed behind it": self._killed,
        }

    def _way(self, weather: Weather) -> Round:
        def way(scene: Scene, chance: Random) -> None:
            self._proxy.change(weather)
            time.sleep(chance.uniform(*WEATHER_S))
            self._proxy.change(Weather.CALM)
            self.wait_until_let_go()

        return way

    def wait_until_let_go(self) -> None:
        """The broker hears nothing of half a connection, and ends it. Raises TimeoutError."""
        self.let_go_s = max(self.let_go_s, self._proxy.wait_until_alone(REAPED_S))

    def _killed(self, scene: Scene, chance: Random) -> None:
        self._proxy.change(chance.choice(BAD))
        time.sleep(chance.uniform(*WEATHER_S))
        scene.broker.kill()
        scene.broker.start()
        self._proxy.change(Weather.CALM)


def run(
    rounds: int, seed: int, seconds: float, work: Path, *, every: int = 10, rate: int = 600
) -> dict[str, object]:
    """Go through so many bad networks and judge; the result as plain values."""
    trial = Trial(rounds, seed, seconds, work, every=every)
    let_go_s = 0.0
    resets = left_behind = 0
    for cycle in trial.cycles():
        proxy = Proxy(cycle.seed)
        broker = ServedBroker(cycle.place / "data", config=config(proxy))
        with closing(proxy), running(broker) as address:
            proxy.lead_to(address)
            bootstrap = proxy.address
            scene = Scene(broker, cycle.place, seed=cycle.seed, rate=rate, bootstrap=bootstrap)
            network = BadNetwork(proxy)
            cycle.go_through(scene, network.ways)
            with scene.troubled():
                network.wait_until_let_go()
            cycle.judge(scene)
        let_go_s = max(let_go_s, network.let_go_s)
        resets += proxy.resets
        left_behind += proxy.left_behind
    return trial.result(
        {
            "connections_reset": resets,
            "connections_left_half_open": left_behind,
            "slowest_to_let_go_s": round(let_go_s, 3),
        }
    )


def main() -> int:
    return command.carry_out_rounds(__doc__, "bad-network", run, rounds=40)


if __name__ == "__main__":
    sys.exit(main())
