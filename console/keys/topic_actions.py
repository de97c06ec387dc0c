"""The rows of the table of actions about one topic."""

from collections.abc import Iterator
from functools import partial

from console.keys.action import Action, row


def topic_rows(scope: str, *, rank: int = 0, delete_rank: int = 40) -> Iterator[Action]:
    """What can be done to the topic under the cursor, or to the one that is open."""
    # The commands mean the same everywhere: one scope gives them their names.
    names = scope == "topics"
    of_topic = partial(row, of_row=scope != "topic")
    yield of_topic(
        f"{scope}.edit",
        "e",
        "edit_configs",
        "Edit config",
        "Change the configuration of this topic: choose a key.",
        rank=rank,
        changes=True,
        palette="edit" if names else "",
        topics=1,
        needs="alters_configs",
    )
    yield of_topic(
        f"{scope}.add-partitions",
        "A",
        "add_partitions",
        "Add partitions",
        "Give this topic more partitions.",
        changes=True,
        palette="partitions" if names else "",
        topics=1,
        needs="adds_partitions",
    )
    yield of_topic(
        f"{scope}.empty",
        "E",
        "empty_topic",
        "Empty",
        "Delete every record of this topic; asks for its name.",
        destructive=True,
        palette="empty" if names else "",
        topics=1,
        needs="deletes_records",
    )
    yield of_topic(
        f"{scope}.clone",
        "N",
        "clone_topic",
        "Clone",
        "Create a topic like this one, without its records.",
        changes=True,
        palette="clone" if names else "",
        topics=1,
        needs="creates_topics",
    )
    yield of_topic(
        f"{scope}.diff",
        "equals_sign",
        "diff_topics",
        "Compare",
        "Compare the configuration of this topic with that of another.",
        palette="diff compare" if names else "",
        topics=2,
        needs="describes_configs",
    )
    yield of_topic(
        f"{scope}.delete",
        "D delete",
        "delete_topic",
        "Delete",
        "Delete this topic; asks for its name.",
        rank=delete_rank,
        destructive=True,
        needs="deletes_topics",
    )
