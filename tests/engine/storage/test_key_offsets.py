"""The latest offsets of keys, in bounded memory."""

from hypothesis import given
from hypothesis import strategies as st

from engine.storage.key_offsets import ENTRY_BYTES, NOT_FOUND, KeyOffsets

KEYS = st.binary(max_size=40)


@given(st.lists(KEYS))
def test_it_is_a_dictionary_of_last_offsets(keys):
    offsets = KeyOffsets(1 << 20, 0)
    model = {}
    for offset, key in enumerate(keys):
        offsets.put(key, offset)
        model[key] = offset
    assert len(offsets) == len(model)
    assert all(offsets.latest(key) == offset for key, offset in model.items())
    assert offsets.latest(b"never put anywhere at all") == NOT_FOUND


def test_a_short_key_is_never_taken_for_the_fingerprint_of_a_long_one():
    offsets = KeyOffsets(1 << 20, 0)
    for length in range(40):
        offsets.put(b"k" * length, length)
    assert len(offsets) == 40


def test_it_has_room_for_what_its_memory_holds_and_for_one_at_least():
    offsets = KeyOffsets(3 * ENTRY_BYTES + 1, 0)
    offsets.put(b"a", 0)
    assert offsets.has_room(2)
    assert not offsets.has_room(3)
    assert KeyOffsets(0, 0).has_room(1)
