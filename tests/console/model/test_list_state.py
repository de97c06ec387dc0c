"""How a list was left, as a file has it: kept whole, and what nobody wrote is left out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.list_state import (
    AS_MADE,
    FILTER_MAX,
    KEYS_MAX,
    ListState,
    as_said,
    list_state_of,
)

KEYS = st.text(min_size=1, max_size=8)
STATES = st.builds(
    ListState,
    columns=st.lists(KEYS, unique=True, max_size=6).map(tuple),
    hidden=st.frozensets(KEYS, max_size=6),
    sorted_by=KEYS,
    is_down=st.booleans(),
    filter=st.text(max_size=20),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(STATES)
def test_a_state_is_read_back_as_it_was(state: ListState) -> None:
    assert list_state_of(json.loads(json.dumps(as_said(state)))) == state


def test_a_list_as_it_was_made_says_nothing() -> None:
    assert as_said(AS_MADE) is None
    assert list_state_of(None) == AS_MADE


@given(ANYTHING | st.fixed_dictionaries(dict.fromkeys(("columns", "hidden", "filter"), ANYTHING)))
def test_whatever_a_file_says_a_list_can_be_shown(said: object) -> None:
    state = list_state_of(said)
    assert all(isinstance(key, str) and key for key in (*state.columns, *state.hidden))
    assert isinstance(state.filter, str)


@pytest.mark.parametrize(
    "said",
    [
        {"columns": "lag"},
        {"columns": ["x"] * (KEYS_MAX + 1)},
        {"hidden": [1, "", "k" * 101]},
        {"sorted_by": ["lag"], "is_down": "yes"},
        {"filter": "x" * (FILTER_MAX + 1)},
    ],
)
def test_what_is_wrong_is_left_out(said: object) -> None:
    assert list_state_of(said) == AS_MADE


def test_what_is_right_beside_it_holds() -> None:
    state = list_state_of({"columns": 7, "sorted_by": "lag", "is_down": True, "new": {}})
    assert state == ListState(sorted_by="lag", is_down=True)


def test_a_filter_that_is_too_long_is_not_kept() -> None:
    assert as_said(ListState(filter="x" * (FILTER_MAX + 1))) is None
