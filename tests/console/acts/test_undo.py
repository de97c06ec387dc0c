"""What is said where there is nothing to undo."""

import pytest

from console.acts.act import Act, ActKind
from console.acts.undo import nothing_to_undo


def act(kind: ActKind) -> Act:
    return Act(1, 0, "prod", kind, "orders")


@pytest.mark.parametrize(
    ("acts", "said"),
    [
        ([], "Nothing was changed from here"),
        ([act(ActKind.TELL_ALERT)], "Nothing was changed from here"),
        ([act(ActKind.ADD_PARTITIONS)], "only changes of configurations and offsets can be undone"),
        ([act(ActKind.ADD_PARTITIONS), act(ActKind.DELETE_TOPIC)], "what is deleted is gone"),
    ],
)
def test_why_there_is_nothing_to_undo_is_said_from_what_was_done(
    acts: list[Act], said: str
) -> None:
    assert said in nothing_to_undo(acts)
