"""What may be typed at the prompt, what it means, and what it could become."""

from dataclasses import replace

import pytest

from console.keys.actions import ACTIONS, Possible
from console.palette.commands import (
    COMPLETIONS_MAX,
    INTERVALS,
    Command,
    Kind,
    NoSuchCommand,
    Vocabulary,
    completions,
    parse_command,
    vocabulary_of,
)
from console.settings import parse_interval
from tests.support.sample_snapshots import busy, loading

WORDS = Vocabulary(
    ("overview", "topics", "groups", "retention", "brokers"),
    ("orders.placed", "orders.fulfilled", "payments", "Orders"),
    ("billing", "fraud"),
    ("midnight", "paper"),
    clusters=("production", "staging"),
    tour_steps=("start", "lag"),
)


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("topics", Command(Kind.VIEW, "topics")),
        (":topics", Command(Kind.VIEW, "topics")),
        ("  TOPICS  ", Command(Kind.VIEW, "topics")),
        ("t pay", Command(Kind.VIEW, "topics", "pay")),
        ("health", Command(Kind.VIEW, "brokers")),
        ("groups !x", Command(Kind.VIEW, "groups", "!x")),
        ("topic payments", Command(Kind.TOPIC, "topic", "payments")),
        ("topic Orders", Command(Kind.TOPIC, "topic", "Orders")),
        ("group billing", Command(Kind.GROUP, "group", "billing")),
        ("messages payments", Command(Kind.MESSAGES, "messages", "payments")),
        ("theme paper", Command(Kind.THEME, "theme", "paper")),
        ("interval 2s", Command(Kind.INTERVAL, "interval", "2s")),
        ("interval", Command(Kind.ACTION, "app.interval")),
        ("theme", Command(Kind.ACTION, "app.toggle_theme")),
        ("tour", Command(Kind.ACTION, "app.tour")),
        ("tour lag", Command(Kind.TOUR, "tour", "lag")),
        ("quit", Command(Kind.ACTION, "app.quit")),
        ("exit", Command(Kind.ACTION, "app.quit")),
        ("edit", Command(Kind.ACTION, "edit_configs")),
        ("edit payments", Command(Kind.ACT, "edit_configs", "payments")),
        ("publish payments", Command(Kind.ACT, "publish", "payments")),
        ("produce", Command(Kind.ACTION, "publish")),
        ("reset billing", Command(Kind.GROUP_ACT, "reset_offsets", "billing")),
        ("reset", Command(Kind.ACTION, "reset_offsets")),
        ("diff Orders  payments", Command(Kind.ACT, "diff_topics", "Orders payments")),
        ("compare Orders", Command(Kind.ACT, "diff_topics", "Orders")),
        (
            "diff Orders staging/payments",
            Command(Kind.ACT, "diff_topics", "Orders staging/payments"),
        ),
        ("diff Orders staging/", Command(Kind.ACT, "diff_topics", "Orders staging/Orders")),
    ],
)
def test_commands_mean_what_they_say(typed: str, command: Command) -> None:
    assert parse_command(typed, WORDS) == command


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "type a command"),
        (":", "type a command"),
        ("topic nowhere", "there is no topic nowhere"),
        ("topic orders", "there is no topic orders"),
        ("group payments", "there is no group payments"),
        ("messages nowhere", "there is no topic nowhere"),
        ("theme pink", "there is no theme pink"),
        ("topi", "there is no command topi; do you mean topics?"),
        ("topic", "say which topic"),
        ("messages", "say which topic"),
        ("group", "say which group"),
        ("tour nowhere", "there is no step of the tour nowhere"),
        ("fly", "there is no command fly"),
        ("empty nowhere", "there is no topic nowhere"),
        ("empty Orders payments", "empty is about one topic at a time"),
        ("diff Orders payments Orders", "diff is about 2 topics at a time"),
        ("diff staging/Orders Orders", "there is no topic staging/Orders"),
        ("diff Orders nowhere/Orders", "there is no topic nowhere/Orders"),
        ("edit staging/Orders", "there is no topic staging/Orders"),
        ("publish nowhere", "there is no topic nowhere"),
        ("reset payments", "there is no group payments"),
        ("quit now", "quit takes nothing behind it"),
        ("import file.jsonl", "import takes nothing behind it"),
    ],
)
def test_what_means_nothing_is_told_with_what_is_near(typed: str, said: str) -> None:
    with pytest.raises(NoSuchCommand) as caught:
        parse_command(typed, WORDS)
    assert str(caught.value) == said


@pytest.mark.parametrize("action", [a for a in ACTIONS if a.palette], ids=lambda action: action.id)
def test_every_action_with_a_name_can_be_typed_by_each_of_its_names(action: object) -> None:
    for name in action.palette:  # type: ignore[attr-defined]
        assert parse_command(name, WORDS).kind is Kind.ACTION


def test_completions_begin_with_what_begins_so() -> None:
    assert completions("gro", WORDS)[:2] == ["groups", "group"]
    assert completions("topic ORD", WORDS) == [
        "topic orders.placed",
        "topic orders.fulfilled",
        "topic Orders",
    ]
    assert completions("topic placed", WORDS) == ["topic orders.placed"]
    assert completions("fly ", WORDS) == []


def test_a_command_that_makes_a_topic_takes_a_name_that_is_not_there() -> None:
    assert parse_command("create orders.a", WORDS) == Command(Kind.ACT, "create_topic", "orders.a")
    assert parse_command("create", WORDS) == Command(Kind.ACTION, "create_topic")
    with pytest.raises(NoSuchCommand, match="create is about one topic at a time"):
        parse_command("create orders.a orders.b", WORDS)
    assert completions("create o", WORDS) == []


def test_every_topic_of_a_command_is_completed() -> None:
    assert completions("clone pay", WORDS) == ["clone payments"]
    assert completions("diff pay", WORDS) == ["diff payments"]
    assert completions("diff payments ORD", WORDS)[0] == "diff payments orders.placed"
    assert completions("diff payments sta", WORDS) == ["diff payments staging/payments"]
    assert completions("diff sta", WORDS) == []


def test_groups_are_offered_to_what_is_done_to_one() -> None:
    assert completions("reset b", WORDS) == ["reset billing"]
    assert completions("publish pay", WORDS) == ["publish payments"]


@pytest.mark.parametrize("name", sorted({name for a in ACTIONS for name in a.palette}))
def test_nothing_that_is_typed_behind_a_command_is_dropped(name: str) -> None:
    """It is in what the command means, or is refused."""
    try:
        command = parse_command(f"{name} no-such-thing", WORDS)
    except NoSuchCommand:
        return
    assert command.argument == "no-such-thing"


def test_what_the_cluster_cannot_do_is_not_offered_and_the_reason_is_told() -> None:
    words = replace(WORDS, possible=Possible(lacks=frozenset({"deletes_records"})))
    assert "empty" in completions("em", WORDS)
    assert "empty" not in completions("em", words)
    with pytest.raises(NoSuchCommand, match="this cluster has no operation for that"):
        parse_command("empty payments", words)


def test_a_broker_is_started_only_in_the_place_of_one_that_stopped() -> None:
    words = replace(WORDS, possible=Possible(has_stopped=False))
    assert "start-broker" in completions("start", WORDS)
    assert "start-broker" not in completions("start", words)
    with pytest.raises(NoSuchCommand, match="no broker that this console was attached to has"):
        parse_command("start-broker", words)


def test_no_more_completions_than_can_be_shown() -> None:
    many = Vocabulary((), tuple(f"topic-{number}" for number in range(100)))
    assert len(completions("topic t", many)) == COMPLETIONS_MAX


def test_a_name_that_cannot_be_typed_is_not_offered() -> None:
    hostile = Vocabulary((), ("or\x1bders", "orders"))
    assert completions("topic or", hostile) == ["topic orders"]


@pytest.mark.parametrize("text", [*INTERVALS, "60m", "7"])
def test_every_interval_that_is_offered_is_one(text: str) -> None:
    assert parse_interval(text)
    assert parse_command(f"interval {text}", WORDS).argument == text


@pytest.mark.parametrize("text", ["banana", "0.001s", "61m", "-1s", "0"])
def test_any_other_interval_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(NoSuchCommand, match="from 500ms to 60m"):
        parse_command(f":interval {text}", WORDS)


def test_the_vocabulary_is_what_the_newest_snapshot_knows() -> None:
    found = vocabulary_of(busy(), ["topics"], ["paper"])
    assert "orders.placed" in found.topics
    assert "billing" in found.groups
    assert found.brokers == ("1", "2", "3")
    assert parse_command("broker 2", found) == Command(Kind.BROKER, "broker", "2")
    with pytest.raises(NoSuchCommand, match="there is no broker 7"):
        parse_command("broker 7", found)
    for snapshot in (None, loading()):
        assert vocabulary_of(snapshot, ["topics"], ["paper"]) == Vocabulary(
            ("topics",), themes=("paper",)
        )
