"""Frames come out whole and in order, however the stream is cut and however large they are."""

import random
import struct
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.server.frames import (
    LARGE_FRAME_BYTES,
    LEFT_BYTES_PLENTY,
    POOLED_BUFFER_BYTES,
    POOLED_BUFFERS_MAX,
    SCARCE_WINDOW_BYTES,
    SCRATCH_BYTES,
    BadFrameLength,
    FrameBuffers,
    FrameReader,
)

LENGTH_MAX = 16 * 1024 * 1024


def framed(payload: bytes) -> bytes:
    return struct.pack(">i", len(payload)) + payload


def reader(
    buffers: FrameBuffers | None = None, length_max: int = LENGTH_MAX
) -> tuple[FrameReader, FrameBuffers]:
    buffers = buffers or FrameBuffers(1 << 30)
    return FrameReader(memoryview(bytearray(SCRATCH_BYTES)), buffers, length_max), buffers


def feed(under_test: FrameReader, stream: bytes, *, at_most: int = 1 << 30) -> list[bytes]:
    """Receive a stream as a socket would give it, copying each frame before it is settled."""
    frames = []
    while stream:
        room = under_test.writable()
        count = min(len(room), len(stream), at_most)
        room[:count] = stream[:count]
        stream = stream[count:]
        under_test.received(count)
        while (frame := under_test.next_frame()) is not None:
            frames.append(bytes(frame))
        assert under_test.settle()
    return frames


@given(
    st.lists(
        st.one_of(
            st.binary(min_size=8, max_size=64),
            st.integers(LARGE_FRAME_BYTES - 8, 3 * SCRATCH_BYTES).map(lambda size: b"x" * size),
        ),
        max_size=6,
    ),
    st.integers(1, 2 * SCRATCH_BYTES),
)
def test_frames_survive_any_cut_of_the_stream(payloads: list[bytes], piece: int) -> None:
    under_test, buffers = reader()
    stream = b"".join(map(framed, payloads))
    if len(stream) > 2000 * piece:
        piece = len(stream) // 2000 + 1

    assert feed(under_test, stream, at_most=piece) == payloads
    assert not under_test.is_mid_frame
    assert buffers.promised_bytes == 0


def test_complete_frame_is_a_slice_of_the_scratch() -> None:
    scratch = bytearray(SCRATCH_BYTES)
    under_test = FrameReader(memoryview(scratch), FrameBuffers(1 << 30), LENGTH_MAX)
    stream = framed(b"12345678")
    under_test.writable()[: len(stream)] = stream
    under_test.received(len(stream))

    frame = under_test.next_frame()

    assert frame is not None
    assert frame.obj is scratch


@pytest.mark.point(13)
@pytest.mark.parametrize("length", [-1, 0, 7, LENGTH_MAX + 1, 2**31 - 1, -(2**31)])
def test_length_out_of_bounds_is_refused_before_anything_is_allocated(length: int) -> None:
    under_test, buffers = reader()
    stream = struct.pack(">i", length) + b"abcd"
    under_test.writable()[: len(stream)] = stream
    under_test.received(len(stream))

    with pytest.raises(BadFrameLength):
        under_test.next_frame()

    assert buffers.promised_bytes == 0


def test_claimed_length_takes_memory_only_as_bytes_arrive() -> None:
    under_test, _ = reader()
    claim = struct.pack(">i", LENGTH_MAX) + b"abcd"

    feed(under_test, claim)

    assert len(under_test.writable()) <= POOLED_BUFFER_BYTES


def test_frame_waits_while_the_budget_is_spent_and_is_called_when_there_is_room() -> None:
    buffers = FrameBuffers(100_000)
    first, _ = reader(buffers)
    second, _ = reader(buffers)
    payload = b"y" * 80_000
    stream = framed(payload)
    retries: list[str] = []
    feed(first, stream[:40_000])

    second.writable()[:40_000] = stream[:40_000]
    second.received(40_000)
    assert second.next_frame() is None
    is_fed = second.settle()
    buffers.when_released(lambda: retries.append("again"))

    assert not is_fed
    assert retries == []
    assert feed(first, stream[40_000:]) == [payload]
    assert retries == ["again"]
    second.resume()
    assert second.next_frame() is None
    assert second.settle()
    assert feed(second, stream[40_000:]) == [payload]


def test_who_asks_for_room_again_keeps_its_place_and_is_called_once() -> None:
    """A connection takes turns for other reasons too while it waits for room."""
    buffers = FrameBuffers(100_000)
    called: list[str] = []
    callers = {name: partial(called.append, name) for name in ("first", "second")}
    for name in ("first", "first", "second", "first"):
        buffers.when_released(callers[name])

    for _ in range(3):
        frame = buffers.acquire(80_000, 80_000)
        assert frame is not None
        buffers.release(frame)

    assert called == ["first", "second"]


def test_those_who_announce_much_and_send_nothing_keep_nobody_out() -> None:
    buffers = FrameBuffers(4 << 20)
    claim = struct.pack(">i", LENGTH_MAX) + b"abcd"
    for _ in range(1000):
        feed(reader(buffers)[0], claim)
    innocent, _ = reader(buffers)
    payload = b"i" * (1 << 20)

    assert feed(innocent, framed(payload), at_most=4096) == [payload]


def test_who_is_fed_meanwhile_does_not_take_the_call_of_another() -> None:
    buffers = FrameBuffers(100_000)
    called: list[str] = []
    callers = {name: partial(called.append, name) for name in ("first", "second")}
    frame = buffers.acquire(80_000, 80_000)
    assert frame is not None
    for retry in callers.values():
        buffers.when_released(retry)

    buffers.forget(callers["first"])
    buffers.release(frame)

    assert called == ["second"]


class Sending:
    """A client whose bytes are taken from it as long as its reader is fed.

    Called for room it takes a turn some time later; it may also take one without being called.
    """

    def __init__(self, buffers: FrameBuffers, payload: bytes) -> None:
        self.reader, self._buffers = reader(buffers)[0], buffers
        self.rest = memoryview(framed(payload))
        self.has_come = False
        self.is_fed = True
        self.is_called = False

    @property
    def may_go_on(self) -> bool:
        return self.is_fed or self.is_called

    def take_turn(self, at_most: int) -> None:
        if self.is_fed:
            self._send(at_most)
        else:
            self.is_called = False
            self.reader.resume()
            self._take()

    def _send(self, at_most: int) -> None:
        room = self.reader.writable()
        count = min(len(room), len(self.rest), at_most)
        room[:count] = self.rest[:count]
        self.rest = self.rest[count:]
        self.reader.received(count)
        self._take()

    def _call(self) -> None:
        self.is_called = True

    def _take(self) -> None:
        self.has_come |= self.reader.next_frame() is not None
        self.is_fed = self.reader.settle()
        note = self._buffers.forget if self.is_fed else self._buffers.when_released
        note(self._call)


@given(
    st.lists(st.integers(LARGE_FRAME_BYTES, 600_000), min_size=2, max_size=12),
    st.integers(1, 1_500_000),
    st.randoms(use_true_random=False),
)
def test_frames_that_wait_for_each_other_all_come_in_the_end(
    sizes: list[int], bytes_max: int, chance: random.Random
) -> None:
    """However they take turns, somebody may always go on, and little more than allowed is taken."""
    buffers = FrameBuffers(bytes_max)
    clients = [Sending(buffers, bytes(size)) for size in sizes]
    promised = 0

    while coming := [each for each in clients if not each.has_come]:
        able = [each for each in coming if each.may_go_on]
        assert able, "all wait for each other"
        one = chance.choice(coming if chance.random() < 0.5 else able)
        one.take_turn(chance.choice((20_000, 200_000)))
        promised = max(promised, buffers.promised_bytes)

    assert buffers.promised_bytes == 0
    assert promised <= bytes_max + max(sizes) + 4


def test_little_is_taken_in_at_a_time_when_much_was_left_behind() -> None:
    buffers = FrameBuffers(1 << 30)
    stream = framed(b"12345678") * (SCRATCH_BYTES // 12)
    readers = [reader(buffers)[0] for _ in range(2 * LEFT_BYTES_PLENTY // SCRATCH_BYTES)]

    for each in readers:
        room = each.writable()
        count = min(len(room), len(stream))
        room[:count] = stream[:count]
        each.received(count)
        assert each.next_frame() is not None
        each.settle()

    assert buffers.left_bytes <= LEFT_BYTES_PLENTY + len(readers) * SCARCE_WINDOW_BYTES
    for each in readers:
        each.close()
    assert buffers.left_bytes == 0
    assert len(reader(buffers)[0].writable()) == SCRATCH_BYTES


@pytest.mark.parametrize(
    ("first", "guess"),
    [
        (bytes.fromhex("16030102"), "TLS"),
        (b"GET ", "HTTP"),
        (b"POST", "HTTP"),
        (b"\xff\xff\xff\xff", "-1 bytes"),
    ],
)
def test_what_else_a_client_may_speak_is_told(first: bytes, guess: str) -> None:
    with pytest.raises(BadFrameLength, match=guess):
        feed(reader()[0], first + b"abcd")


def test_frame_larger_than_the_whole_budget_is_let_in_alone() -> None:
    under_test, buffers = reader(FrameBuffers(1000))
    payload = b"z" * 50_000

    assert feed(under_test, framed(payload), at_most=4096) == [payload]
    assert buffers.promised_bytes == 0


def test_frames_left_when_a_cycle_ends_come_with_the_next() -> None:
    under_test, _ = reader()
    stream = framed(b"first...") + framed(b"second..") + framed(b"third...")[:6]
    under_test.writable()[: len(stream)] = stream
    under_test.received(len(stream))
    first = under_test.next_frame()
    assert first is not None
    assert bytes(first) == b"first..."
    assert under_test.has_more

    under_test.settle()
    under_test.resume()
    second = under_test.next_frame()

    assert second is not None
    assert bytes(second) == b"second.."
    assert under_test.next_frame() is None
    under_test.settle()
    assert feed(under_test, framed(b"third...")[6:]) == [b"third..."]


def test_closing_mid_frame_gives_the_room_back() -> None:
    under_test, buffers = reader()
    feed(under_test, framed(b"q" * 100_000)[:500])
    assert buffers.promised_bytes > 0

    under_test.close()

    assert buffers.promised_bytes == 0


def test_pooled_buffer_is_used_again() -> None:
    buffers = FrameBuffers(1 << 30)
    first = buffers.acquire(50_000, 0)
    assert first is not None
    buffers.release(first)

    second = buffers.acquire(60_000, 0)

    assert second is not None
    assert second.buffer is first.buffer


def test_buffers_of_a_burst_are_let_go_once_nobody_needs_them() -> None:
    buffers = FrameBuffers(1 << 30)
    for needed, kept in ((POOLED_BUFFERS_MAX, POOLED_BUFFERS_MAX), (2, 2), (0, 0)):
        frames = [buffers.acquire(50_000, 0) for _ in range(needed)]
        for frame in frames:
            assert frame is not None
            buffers.release(frame)

        buffers.let_go()

        assert buffers.kept_bytes == kept * POOLED_BUFFER_BYTES
    again = [buffers.acquire(50_000, 0) for _ in range(POOLED_BUFFERS_MAX)]
    assert all(frame is not None and frame.is_pooled for frame in again)


@pytest.mark.parametrize("bytes_max", [0, -1])
def test_no_limit_lets_every_frame_in(bytes_max: int) -> None:
    buffers = FrameBuffers(bytes_max)

    assert all(buffers.acquire(50_000_000, 0) is not None for _ in range(3))
