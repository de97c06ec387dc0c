"""Random records for property tests, within what the format can hold."""

from hypothesis import strategies as st

from engine.records.builder import NewRecord

TIMESTAMPS = st.integers(0, 2**41)
BYTES = st.none() | st.binary(max_size=60)
HEADERS = st.lists(st.tuples(st.text(max_size=8), BYTES), max_size=3).map(tuple)

NEW_RECORDS = st.builds(NewRecord, TIMESTAMPS, BYTES, BYTES, HEADERS)
NEW_RECORDS_OF_BATCH = st.lists(NEW_RECORDS, min_size=1, max_size=8)
