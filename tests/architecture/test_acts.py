"""No act that changes a cluster is without a script that does it and reads it back."""

from console.keys.actions import ACTIONS, BY_ID
from tests.terminal.acts.table import ACTS

COVERED = {action for act in ACTS for action in act.does}

SAVING = {"topic.what-if", "retention.what-if", "messages.edit", "record.edit"}
"""Acts that look first, and can change something from there."""


def test_every_act_that_changes_a_cluster_has_a_script() -> None:
    changing = {action.id for action in ACTIONS if action.changes} | SAVING
    assert sorted(changing - COVERED) == []


def test_scripts_do_what_the_table_has() -> None:
    assert sorted(COVERED - BY_ID.keys()) == []


def test_scripts_have_names_of_their_own() -> None:
    names = [act.name for act in ACTS]
    assert len(set(names)) == len(names) > 40
