"""A process that hosts a broker as the console does, for tests that kill the console.

Run as `python -m tests.support.hosting_process DATA LOG`: it prints the child's process id and
address when the broker serves, and stays until it is killed.
"""

import asyncio
import sys
from pathlib import Path

from console.adapters.embedded import EmbeddedCluster, Process
from console.adapters.served_here import owner_here
from engine.child import ChildLauncher
from engine.client.kafka import KafkaClient
from engine.kernel.system import SystemClock, SystemEntropy


class ToldLauncher:
    """Starts children and tells about each on standard output."""

    def __init__(self, launcher: ChildLauncher) -> None:
        self._launcher = launcher

    async def launch(self, *, any_port: bool = False) -> Process:
        child = await self._launcher.launch(any_port=any_port)
        print(child.ready.pid, child.ready.address, flush=True)
        return child


def hosted(data: Path, log: Path, listen: str = "127.0.0.1:0") -> EmbeddedCluster:
    """A broker of one's own that stores in `data`; it tells about its children."""
    clock, entropy = SystemClock(), SystemEntropy()

    def launcher_for(address: str) -> ToldLauncher:
        texts = {"data": str(data), "listen": address, "metrics.listen": "127.0.0.1:0"}
        return ToldLauncher(ChildLauncher(texts, log))

    return EmbeddedCluster(
        listen,
        launcher_for=launcher_for,
        owner=lambda: owner_here(str(data)),
        client_of=lambda address: KafkaClient.of(address, clock=clock, entropy=entropy),
        clock=clock,
        machine_bytes=lambda: 1 << 34,
        engine_version="1.2.3",
    )


async def main() -> None:
    """Host a broker until this process is killed."""
    async with hosted(Path(sys.argv[1]), Path(sys.argv[2])):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
