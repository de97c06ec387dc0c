"""Kafka's file of aborted transactions, byte for byte, and what cleaning keeps of it."""

import pytest

from engine.storage.errors import MalformedFile
from engine.storage.transaction_index import TransactionEntry, decode_entries, encode_entries

ENTRY = TransactionEntry(producer_id=258, first_offset=1, last_offset=3, last_stable_offset=2**40)
BYTES = bytes.fromhex("0000 0000000000000102 0000000000000001 0000000000000003 0000010000000000")


def test_an_entry_has_the_bytes_of_kafka():
    assert encode_entries([ENTRY]) == BYTES
    assert decode_entries(BYTES * 2, "p") == [ENTRY, ENTRY]
    assert decode_entries(b"", "p") == []


@pytest.mark.parametrize("content", [BYTES[:-1], b"\x00\x01" + BYTES[2:]])
def test_what_is_no_whole_entry_of_version_0_is_refused(content):
    with pytest.raises(MalformedFile):
        decode_entries(content, "p")
