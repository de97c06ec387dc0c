"""How a person has one list: its columns, its order, its filter. Pure.

It is made of what a file says, which may come from anybody: what is not understood is left out, and
the rest holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

KEYS_MAX = 100
"""Columns of a list that are remembered."""
KEY_MAX = 100
"""Characters in the key of a column."""
FILTER_MAX = 1_000
"""Characters of a filter that are remembered; a longer one is not."""


@dataclass(frozen=True, slots=True)
class ListState:
    """Columns by their keys; empty is as the list was made. `filter` is as it was typed."""

    columns: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    sorted_by: str = ""
    is_down: bool = False
    filter: str = ""


AS_MADE = ListState()


def list_state_of(said: object) -> ListState:
    """The state that a file has for a list, as far as it can be understood."""
    if not isinstance(said, Mapping):
        return AS_MADE
    sorted_by, wanted = said.get("sorted_by"), said.get("filter")
    return ListState(
        _keys(said.get("columns")),
        frozenset(_keys(said.get("hidden"))),
        sorted_by if _is_key(sorted_by) and isinstance(sorted_by, str) else "",
        said.get("is_down") is True,
        wanted if isinstance(wanted, str) and len(wanted) <= FILTER_MAX else "",
    )


def as_said(state: ListState) -> dict[str, object] | None:
    """The state as a file has it; None when it is as the list was made."""
    said: dict[str, object] = {}
    if state.columns:
        said["columns"] = list(state.columns)
    if state.hidden:
        said["hidden"] = sorted(state.hidden)
    if state.sorted_by:
        said |= {"sorted_by": state.sorted_by, "is_down": state.is_down}
    if state.filter and len(state.filter) <= FILTER_MAX:
        said["filter"] = state.filter
    return said or None


def _is_key(said: object) -> bool:
    return isinstance(said, str) and 0 < len(said) <= KEY_MAX


def _keys(said: object) -> tuple[str, ...]:
    if not isinstance(said, list) or len(said) > KEYS_MAX:
        return ()
    return tuple(dict.fromkeys(each for each in said if _is_key(each)))
