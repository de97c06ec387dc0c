"""Which batches a reader can do without."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.client.selection import EVERYTHING, Selection
from engine.records.batch import read_header
from engine.records.builder import NewRecord, build_batch
from engine.records.compression import Compression
from engine.records.record import payload

LIMIT = 1 << 20
CONTENTS = st.binary(max_size=6) | st.text(max_size=4).map(str.encode)
RECORDS = st.lists(
    st.builds(
        NewRecord,
        st.integers(0, 20),
        CONTENTS,
        CONTENTS,
        st.lists(st.tuples(st.text(max_size=3), CONTENTS), max_size=2).map(tuple),
    ),
    min_size=1,
    max_size=4,
)


@given(RECORDS, st.sampled_from(Compression), st.data())
def test_no_batch_with_a_record_that_is_wanted_is_passed_over(
    records: list[NewRecord], compression: Compression, data: st.DataObject
) -> None:
    batch = build_batch(records, compression=compression)
    wanted = data.draw(st.sampled_from(records))
    parts = [wanted.key, wanted.value, *(part for _, part in wanted.headers)]
    literal = data.draw(st.sampled_from([part or b"" for part in parts]))
    for selection in (
        Selection(wanted.timestamp_ms, (frozenset({literal, b"other"}),)),
        Selection(literals=(frozenset({literal.lower()}),), ignores_case=True),
        EVERYTHING,
    ):
        assert not selection.has_too_old(read_header(batch))
        assert not selection.lacks(payload(batch, LIMIT))


@pytest.mark.parametrize(
    ("literals", "ignores_case", "is_lacking"),
    [
        ((frozenset({b"Alpha"}),), False, False),
        ((frozenset({b"alpha"}),), False, True),
        ((frozenset({b"alpha"}),), True, False),
        ((frozenset({b"no", b"Beta"}), frozenset({b"Alpha"})), False, False),
        ((frozenset({b"Alpha"}), frozenset({b"no"})), False, True),
    ],
)
def test_one_of_each_set_is_demanded(
    literals: tuple[frozenset[bytes], ...], ignores_case: bool, is_lacking: bool
) -> None:
    body = payload(build_batch([NewRecord(1, b"Alpha", b"Beta")]), LIMIT)
    assert Selection(None, literals, ignores_case).lacks(body) is is_lacking


def test_a_batch_whose_newest_record_is_too_old_is_known_by_its_header() -> None:
    header = read_header(build_batch([NewRecord(5, None, b"a"), NewRecord(9, None, b"b")]))
    assert not Selection(since_ms=9).has_too_old(header)
    assert Selection(since_ms=10).has_too_old(header)
