"""What is said of a thing that is not there: by what is known, and only when it is known."""

import pytest

from console.acts.act import Act, ActKind
from console.model.section import LOADING, Ready, Refused, Section, Stale
from console.model.topic import Topic
from console.screens.gone import gone, is_missing
from tests.support.sample_topics import topics

ROWS = topics()
NOW_MS = 1_700_000_000_000


@pytest.mark.parametrize(
    ("section", "missing"),
    [
        (Ready(ROWS, 1), True),
        (Ready((), 1), True),
        (Stale(ROWS, 1, "no answer", 2), False),
        (Refused("no right"), False),
        (LOADING, False),
    ],
)
def test_only_a_list_that_was_read_anew_can_tell(
    section: Section[tuple[Topic, ...]], missing: bool
) -> None:
    assert is_missing(section, "nowhere") is missing
    assert not is_missing(section, "orders.placed") or section == Ready((), 1)


def act(kind: ActKind = ActKind.DELETE_TOPIC, failure: str = "") -> Act:
    return Act(1, NOW_MS - 90_000, "prod", kind, "orders", failure=failure)


def test_what_was_deleted_from_here_is_said_to_be() -> None:
    said = gone("topic", "orders", ActKind.DELETE_TOPIC, (act(),), NOW_MS)
    assert said.head == "There is no topic orders"
    assert said.detail == "it was deleted from here 1m 30s ago"


@pytest.mark.parametrize("acts", [(), (act(failure="no"),), (act(ActKind.DELETE_GROUP),)])
def test_else_it_may_be_that_it_cannot_be_seen(acts: tuple[Act, ...]) -> None:
    said = gone("topic", "orders", ActKind.DELETE_TOPIC, acts, NOW_MS)
    assert said.detail == "it was deleted, or this user may not see it"


def test_names_are_cleaned() -> None:
    assert "a␛" in gone("group", "a\x1b", ActKind.DELETE_GROUP, (), NOW_MS).head
