"""What was freed goes back to the system where the C library can do that."""

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
