"""What was freed goes back to the system where the C library can do that."""

import subprocess
import sys

from engine.kernel.allocator import give_back
from tests.support.fragments import BLOCK_BYTES, BLOCKS, HAS_TRIM, fragments, resident_bytes


def test_memory_freed_between_blocks_in_use_is_given_back() -> None:
    assert give_back() is HAS_TRIM
    if not HAS_TRIM:
        return
    before = resident_bytes()
    kept = fragments()
    burst = resident_bytes() - before
    give_back()
    left = resident_bytes() - before
    assert len(kept) == BLOCKS // 64
    assert burst > 0.8 * BLOCKS * BLOCK_BYTES
    assert left < 0.3 * burst


def left_by_a_thread(first_lines: str) -> float:
    """The share of 16 MB, freed by a thread, that a process keeps when it has given back."""
    program = f"""
import threading
from engine.kernel import allocator
from tests.support.fragments import resident_bytes
{first_lines}
ready, go, ended = (threading.Event() for _ in range(3))
def burst():
    kept = [bytes(1000)]
    ready.set()
    go.wait()
    bytearray(20 << 20)  # what glibc learns from: ends of heaps up to twice that are kept
    blocks = [bytearray(3000) for _ in range(16_000_000 // 3000)]
    blocks.clear()
    ended.set()
    kept.append(threading.Event().wait())
threading.Thread(target=burst, daemon=True).start()
ready.wait()
before = resident_bytes()
go.set()
ended.wait()
allocator.give_back()
print((resident_bytes() - before) / 16_000_000)
"""
    return printed_by(program)


def left_by_large_blocks(first_lines: str) -> float:
    """The share of 16 MB in large blocks that a process has freed and keeps, without a look."""
    program = f"""
from engine.kernel import allocator
from tests.support.fragments import resident_bytes
{first_lines}
bytearray(20 << 20)  # what glibc learns from: smaller ones come from the heap from then on
before = resident_bytes()
blocks, between = [], []
for _ in range(16_000_000 // allocator.LARGE_BLOCK_BYTES):
    blocks.append(bytearray(allocator.LARGE_BLOCK_BYTES))
    between.append(bytes(1000))
blocks.clear()
print((resident_bytes() - before) / 16_000_000)
"""
    return printed_by(program)


def printed_by(program: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return float(done.stdout)


def test_memory_that_threads_freed_is_given_back_from_one_heap() -> None:
    if not HAS_TRIM:
        return
    assert left_by_a_thread("") > 0.5, "what the shared heap is for"
    assert left_by_a_thread("assert allocator.keep_heap_small()") < 0.2


def test_large_blocks_go_back_when_they_are_freed() -> None:
    if not HAS_TRIM:
        return
    assert left_by_large_blocks("") > 0.5, "what large blocks are mapped for"
    assert left_by_large_blocks("assert allocator.keep_heap_small()") < 0.2
