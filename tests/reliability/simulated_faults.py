"""What happens to a simulated machine: deaths, power cuts, failing disks, wrong clocks, networks.

Each fault begins, lasts, and is made good, so that afterwards the broker has no excuse: a whole
disk, a right clock, a network, and a process, which where the disk had failed is a new one. A full
disk and a slow one are no reason to start anew.

Not all that is prepared comes: a disk that is to fail at its hundredth operation may be left alone
until it is whole again. Each way tells whether its fault has come, and only then it counts.
"""

import asyncio
import errno
from collections.abc import Awaitable, Callable, Mapping
from random import Random
from typing import Any

from tests.reliability.simulated_clients import Surroundings
from tests.support.simulated_loop import passed
from tests.support.simulated_machine import Machine, StartFailed

DAY_MS = 86_400_000
YEARS_MS = 3650 * DAY_MS
UNNOTICED_MS = 50 * 60_000
"""A step of the clock that is too small to be told from drift."""
WRONG_S_MAX = 500.0
"""How long a clock is wrong: less than a start trusts one that nobody sets right."""
STARTS_MAX = 20
OPERATIONS_MAX = 400
HURRY_S = (5.0, 25.0)
"""How long clients do much when something happens: what happens to nobody shows nothing."""
OFTEN = ("power cut behind slow syncs", "power cut at an operation") * 2
"""What shows most, and so happens more often than the rest."""
NOT_COME = "faults that did not come"
WRITES = ("write", "rewrite", "mkdir")
"""Operations that need room."""


class Faults:
    """The faults of one machine. `one` lets one happen and makes it good; those that have come are
    counted by their names among the events of the world, the others as `NOT_COME`."""

    def __init__(
        self, machine: Machine, world: Surroundings, settings: Mapping[str, Any], seed: int
    ) -> None:
        self._machine = machine
        self._world = world
        self._settings = settings
        self._chance = Random(f"{seed} faults")
        self._ways: Mapping[str, Callable[[], Awaitable[bool]]] = {
            "process killed": self._killed,
            "process killed at an operation": self._killed_at_an_operation,
            "power cut": self._power_cut,
            "power cut behind slow syncs": self._power_cut_behind_slow_syncs,
            "power cut at an operation": self._power_cut_at_an_operation,
            "power cut during a start": self._power_cut_during_a_start,
            "stopped and started": self._stopped,
            "stop overtaken by death": self._stop_overtaken,
            "EIO once": self._failing(errno.EIO, is_sticky=False),
            "EIO for ever": self._failing(errno.EIO, is_sticky=True),
            "ENOSPC once": self._no_room(is_sticky=False),
            "ENOSPC until room is made": self._no_room(is_sticky=True),
            "disk full": self._full,
            "slow syncs": self._slow_syncs,
            "clock stepped": self._wrong_clock,
            "started with a wrong clock": self._wrong_start,
            "connections reset": self._resets,
            "connections half open": self._half_open,
            "slow network": self._slow_network,
        }

    @property
    def names(self) -> list[str]:
        """What may happen."""
        return list(self._ways)

    async def one(self) -> str:
        """Let something happen; what it was."""
        name = self._chance.choice([*self._ways, *OFTEN])
        await self.play(name)
        return name

    async def play(self, name: str) -> None:
        """Let this happen, and make it good."""
        self._world.trace("fault begins", name)
        hurry = asyncio.ensure_future(self._world.hurry(self._chance.uniform(*HURRY_S)))
        await self._pass(HURRY_S[0])
        has_come = await self._ways[name]()
        await hurry
        self._world.trace("fault is over", name, has_come)
        self._world.events[name if has_come else NOT_COME] += 1
        await self.running()

    async def running(self) -> None:
        """See that there is a process."""
        for _ in range(STARTS_MAX):
            if self._machine.is_running:
                return
            try:
                await self._machine.start(**self._settings)
            except StartFailed as error:
                self._world.trace("not started", str(error))
                self._world.events["starts that failed"] += 1
                await passed(1)
        if not self._machine.is_running:
            self._world.fault("the broker does not start on a whole disk")

    async def _pass(self, seconds: float) -> None:
        await passed(self._chance.uniform(0, seconds))

    async def _killed(self) -> bool:
        was_running = self._machine.is_running
        self._machine.kill()
        await self._pass(30)
        return was_running

    async def _killed_at_an_operation(self) -> bool:
        self._machine.kill_after(self._chance.randint(0, OPERATIONS_MAX))
        has_come = await self._ended(300)
        self._machine.kill()
        return has_come

    async def _power_cut_behind_slow_syncs(self) -> bool:
        disk = self._machine.disk
        disk.slow_s, before = self._chance.choice((0.05, 0.5)), disk.slowed
        await self._pass(HURRY_S[0])
        was_running = self._machine.is_running
        self._machine.cut_power()
        disk.slow_s = 0.0
        return was_running and disk.slowed > before

    async def _power_cut(self) -> bool:
        was_running = self._machine.is_running
        self._machine.cut_power()
        await self._pass(30)
        return was_running

    async def _power_cut_at_an_operation(self) -> bool:
        self._machine.cut_power_after(self._chance.randint(0, OPERATIONS_MAX))
        has_come = await self._ended(300)
        self._machine.cut_power()
        return has_come

    async def _power_cut_during_a_start(self) -> bool:
        before = self._machine.starts_cut_short
        self._machine.cut_power()
        for _ in range(self._chance.randint(1, 3)):
            begun = asyncio.ensure_future(self.running())
            await passed(0)
            if self._machine.is_running:
                self._machine.cut_power_after(self._chance.randint(0, OPERATIONS_MAX // 4))
            await self._ended(10)
            self._machine.cut_power()
            await begun
        return self._machine.starts_cut_short > before

    async def _stopped(self) -> bool:
        was_running = self._machine.is_running
        await self._machine.stop()
        await self._pass(10)
        return was_running

    async def _stop_overtaken(self) -> bool:
        stopping = asyncio.ensure_future(self._machine.stop())
        await self._pass(0.5)
        has_come = not stopping.done()
        self._chance.choice((self._machine.kill, self._machine.cut_power))()
        await stopping
        return has_come

    def _failing(self, error: int, *, is_sticky: bool) -> Callable[[], Awaitable[bool]]:
        async def way() -> bool:
            disk = self._machine.disk
            before = disk.refusals
            disk.fail(self._chance.randint(0, OPERATIONS_MAX // 4), error, is_sticky=is_sticky)
            await self._pass(120)
            if is_sticky and self._chance.random() < 0.5:
                self._machine.kill()
                await self._try_to_start()
            disk.heal()
            await self._end_somehow()
            return disk.refusals > before

        return way

    def _no_room(self, *, is_sticky: bool) -> Callable[[], Awaitable[bool]]:
        async def way() -> bool:
            disk = self._machine.disk
            before = disk.refusals
            number = self._chance.randint(0, OPERATIONS_MAX // 8)
            disk.fail(number, errno.ENOSPC, is_sticky=is_sticky, kinds=WRITES)
            await self._pass(300)
            disk.heal()
            return disk.refusals > before

        return way

    async def _full(self) -> bool:
        disk = self._machine.disk
        before = disk.refusals
        used = sum(len(each.content) for each in disk.files.values())
        disk.capacity_bytes = used + self._chance.choice((0, 100, 3000))
        await self._pass(300)
        if self._chance.random() < 0.3:
            self._machine.kill()
            await self._try_to_start()
        disk.capacity_bytes = None
        return disk.refusals > before

    async def _slow_syncs(self) -> bool:
        disk = self._machine.disk
        disk.slow_s, before = self._chance.choice((0.05, 0.5, 3.0)), disk.slowed
        await self._pass(200)
        disk.slow_s = 0.0
        return disk.slowed > before

    async def _wrong_clock(self) -> bool:
        clock = self._machine.clock
        before = clock.misled
        for _ in range(self._chance.choice((1, 1, 5))):
            self._set_wrong()
            await self._pass(WRONG_S_MAX / 5)
        clock.wrong_ms, clock.stands_at_ms = 0, None
        return clock.misled > before

    async def _wrong_start(self) -> bool:
        clock = self._machine.clock
        before = clock.misled
        self._machine.kill()
        self._set_wrong()
        await self.running()
        has_come = self._machine.is_running and clock.misled > before
        await self._pass(WRONG_S_MAX)
        clock.wrong_ms, clock.stands_at_ms = 0, None
        if self._chance.random() < 0.5:
            await self._end_somehow()
        return has_come

    def _set_wrong(self) -> None:
        clock, chance = self._machine.clock, self._chance
        clock.stands_at_ms = None
        clock.wrong_ms = chance.choice(
            (
                chance.randint(-UNNOTICED_MS, UNNOTICED_MS),
                chance.choice((-1, 1)) * 7_200_000,
                chance.choice((-1, 1)) * DAY_MS,
                YEARS_MS,
                -YEARS_MS,
            )
        )
        if chance.random() < 0.2:
            clock.wrong_ms = 0
            clock.stands_at_ms = clock.true_ms()

    async def _resets(self) -> bool:
        network, count = self._machine.network, 0
        for _ in range(self._chance.randint(1, 10)):
            if ends := network.clients():
                network.reset(self._chance.choice(ends))
                count += 1
            await self._pass(5)
        return count > 0

    async def _half_open(self) -> bool:
        network, count = self._machine.network, 0
        for _ in range(self._chance.randint(1, 5)):
            if ends := network.clients():
                network.cut(self._chance.choice(ends))
                count += 1
            await self._pass(20)
        return count > 0

    async def _slow_network(self) -> bool:
        network = self._machine.network
        network.slow_s, before = self._chance.choice((0.05, 0.5)), network.slowed
        await self._pass(120)
        network.slow_s = 0.0
        return network.slowed > before

    async def _ended(self, seconds_max: float) -> bool:
        """Wait so long for the process to end; whether it did."""
        try:
            async with asyncio.timeout(seconds_max):
                await self._machine.ended()
        except TimeoutError:
            return False
        return True

    async def _try_to_start(self) -> None:
        """Once, on a disk that may not let it."""
        try:
            await self._machine.start(**self._settings)
        except StartFailed as error:
            self._world.trace("not started", str(error))
        await self._pass(60)

    async def _end_somehow(self) -> None:
        """A log that was fenced stays so until the next process."""
        how = self._chance.choice(("stop", "kill", "power"))
        if how == "stop":
            await self._machine.stop()
        elif how == "kill":
            self._machine.kill()
        else:
            self._machine.cut_power()
