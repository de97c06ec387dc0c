"""What a simulation stands on does what the real things do, in no time and in one order."""

import ast
import asyncio
from pathlib import Path
from random import Random

import engine
from tests.support.simulated_disk import SimulatedDisk
from tests.support.simulated_loop import SimulatedClock, SimulatedLoop, passed
from tests.support.simulated_machine import NOT_SERVING, THREADED
from tests.support.simulated_network import SimulatedNetwork
from tests.support.simulated_threads import SimulatedThreads

YEAR_S = 365 * 86_400.0


def made(seed: int = 0) -> tuple[SimulatedLoop, SimulatedThreads]:
    loop = SimulatedLoop(SimulatedClock())
    return loop, SimulatedThreads(loop, Random(seed))


def test_a_year_passes_at_once_and_timers_keep_their_order() -> None:
    loop, threads = made()
    order: list[int] = []

    async def note(seconds: float, number: int) -> None:
        await passed(seconds)
        order.append(number)

    async def all_of_them() -> None:
        await asyncio.gather(note(YEAR_S, 3), note(1.0, 1), note(60.0, 2))

    began_s = loop.time()
    loop.run_until_complete(all_of_them())
    assert order == [1, 2, 3]
    assert YEAR_S <= loop.time() - began_s < YEAR_S + 1
    threads.close()
    loop.close()


def test_threads_take_turns_and_a_lock_keeps_them_apart() -> None:
    """Goal: one at a time behind the lock, in an order that the seed decides."""

    def lived(seed: int) -> list[str]:
        loop, threads = made(seed)
        lock, order = threads.threading.Lock(), []

        def work(name: str) -> None:
            threads.pause(threads.delay_s())
            with lock:
                order.append(f"{name} in")
                threads.pause(0.001)
                order.append(f"{name} out")

        async def begin() -> None:
            await asyncio.gather(*(asyncio.to_thread(work, name) for name in "abcd"))

        loop.run_until_complete(begin())
        threads.close()
        loop.close()
        return order

    orders = [lived(seed) for seed in range(8)]
    for order in orders:
        assert [each[0] for each in order[::2]] == [each[0] for each in order[1::2]]
    assert orders == [lived(seed) for seed in range(8)]
    assert len({tuple(order) for order in orders}) > 1


def test_who_waits_on_the_loop_lets_threads_and_time_go_on() -> None:
    loop, threads = made()
    done: list[float] = []
    pool = threads.ThreadPoolExecutor(1)

    async def wait() -> None:
        pool.submit(lambda: (threads.pause(5.0), done.append(loop.time())))
        pool.shutdown(wait=True)
        assert done == [loop.time()]

    loop.run_until_complete(wait())
    threads.close()
    loop.close()


def test_a_sync_covers_what_was_written_before_it_began() -> None:
    loop, threads = made()
    disk = SimulatedDisk(loop.clock, threads, Random(1), lambda *_: None)
    file = disk.open("/log", create=True)
    disk.sync_directory("")
    file.append([b"before"])

    async def write_meanwhile() -> None:
        syncing = asyncio.ensure_future(asyncio.to_thread(file.datasync))
        while threads.switches == 0:
            await passed(1e-5)
        file.append([b" meanwhile"])
        await syncing

    loop.run_until_complete(write_meanwhile())
    left = set()
    for _ in range(40):
        image = SimulatedDisk(loop.clock, threads, Random(len(left)), lambda *_: None)
        image.journal, image._chance = disk.journal, disk._chance
        image.restore()
        left.add(bytes(image.files["/log"].content))
    assert all(each.startswith(b"before") for each in left)
    assert b"before" in left
    assert b"before meanwhile" in left
    threads.close()
    loop.close()


def test_bytes_arrive_in_order_until_a_connection_is_cut() -> None:
    loop, threads = made()
    network = SimulatedNetwork(loop, Random(2))

    async def talk() -> bytes:
        listening = network.listen(0, ("", 1), 1)
        accepted: asyncio.Future[None] = loop.create_future()
        loop.add_reader(listening, lambda: accepted.done() or accepted.set_result(None))
        _, writer = await asyncio.open_connection("peer", 1)
        await accepted
        reader = asyncio.StreamReader()
        socket, _ = listening.accept()
        await loop.connect_accepted_socket(lambda: asyncio.StreamReaderProtocol(reader), socket)
        for number in range(200):
            writer.write(b"%03d" % number)
        found = await reader.readexactly(600)
        (client, _) = network.clients()
        network.cut(client)
        writer.write(b"lost")
        await passed(60)
        assert not reader.at_eof()
        return found

    assert loop.run_until_complete(talk()) == b"".join(b"%03d" % each for each in range(200))
    threads.close()
    loop.close()


def test_every_module_of_the_engine_with_threads_is_given_simulated_ones() -> None:
    root = Path(engine.__file__).parent
    found = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if {each.partition(".")[0] for each in names} & {"threading", "queue", "concurrent"}:
                found.add("engine." + ".".join(path.relative_to(root).with_suffix("").parts))
    assert found - NOT_SERVING == {each.__name__ for each in THREADED}
