"""The configuration of a topic: what was set stands first, and secrets stay hidden."""

from dataclasses import replace

import pytest

from console.model.config_rule import ConfigRule
from console.model.section import Ready
from console.model.topic import ConfigEntry
from console.panels.topic_configs import TopicConfigsPanel, config_row
from console.widgets.palette import Role
from tests.support.hand import at_rest
from tests.support.sample_snapshots import busy, loading, shut_out
from tests.support.stage import Stage, shown

ENTRY = ConfigEntry(
    "retention.ms", "86400000", "topic", is_default=False, is_sensitive=False, is_read_only=False
)


def test_what_was_set_is_told_from_a_default_by_words_and_colour() -> None:
    told = config_row(replace(ENTRY, documentation="how long")).cells
    assert [cell.text for cell in told] == ["retention.ms", "86400000", "topic", "how long"]
    assert config_row(ENTRY).cells[1].role is Role.PRIMARY
    default = config_row(replace(ENTRY, source="default", is_default=True))
    assert default.cells[1].role is Role.MUTED
    assert default.cells[2].text == "default"


def test_a_value_that_is_hidden_or_not_told_is_no_empty_text() -> None:
    assert config_row(replace(ENTRY, is_sensitive=True)).cells[1].text == "hidden"
    assert config_row(replace(ENTRY, value=None)).cells[1].text == "–"


async def test_what_was_set_stands_first() -> None:
    panel = TopicConfigsPanel("orders.placed")
    app = Stage(panel)
    async with app.run_test(size=(80, 20)):
        panel.show(busy())
        await at_rest(app)
        assert panel.table.shown_keys[:2] == ("retention.ms", "min.insync.replicas")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("retention.ms", "86400000", "86400000 (1d)"),
        ("segment.bytes", "1073741824", "1073741824 (1.1 GB)"),
        ("flush.ms", str(2**63 - 1), "no limit"),
        ("flush.messages", str(2**63 - 1), "no limit"),
        ("min.insync.replicas", "2", "2"),
    ],
)
def test_a_number_is_told_with_what_it_means(key: str, value: str, said: str) -> None:
    entry = replace(ENTRY, name=key, value=value, rule=ConfigRule("long"))
    assert config_row(entry).cells[1].text == said


async def test_keys_that_differ_at_their_ends_are_told_apart() -> None:
    """Their column has its width before that of the values, which leave theirs empty."""
    common = "transaction.remove.expired.transaction.cleanup.interval"
    keys = (f"{common}.ms", f"{common}.max")
    entries = tuple(replace(ENTRY, name=key, documentation="how often " * 9) for key in keys)
    panel = TopicConfigsPanel("orders.placed")
    app = Stage(panel)
    async with app.run_test(size=(118, 20)):
        panel.show_entries(Ready(entries, 1), 1)
        await at_rest(app)
        for key in keys:
            assert f"{key} " in shown(app)


async def test_the_largest_number_of_kafka_is_told_whole_beside_a_key() -> None:
    """As in the pane of a topic's screen, which is 48 cells wide in most terminals."""
    longest = replace(ENTRY, name="flush.messages", value=str(2**63 - 1))
    panel = TopicConfigsPanel("orders.placed")
    app = Stage(panel)
    async with app.run_test(size=(48, 20)):
        panel.show_entries(Ready((longest,), 1), 1)
        await at_rest(app)
        assert "flush.messages" in shown(app)
        assert str(2**63 - 1) in shown(app)


async def test_a_configuration_that_is_not_there_is_explained() -> None:
    reading, refused = TopicConfigsPanel("orders.placed"), TopicConfigsPanel("orders.placed")
    app = Stage(reading, refused)
    async with app.run_test(size=(80, 20)):
        reading.show(loading())
        refused.show(shut_out())
        await at_rest(app)
        assert "Reading configuration" in shown(app)
        assert "lacks DescribeConfigs on topics" in shown(app)
