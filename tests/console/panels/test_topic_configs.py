"""The configuration of a topic: what was set stands first, and secrets stay hidden."""

from dataclasses import replace

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
