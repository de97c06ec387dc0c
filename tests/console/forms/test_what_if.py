"""The form that changes retention: what it says while typing, what it asks, what it sends."""

from dataclasses import replace

import pytest

from console.forms.what_if import WhatIfForm
from console.keys.keymap import DEFAULT_KEYMAP
from console.model.care import USUAL, Care
from console.model.figures import Known
from console.model.group import Group, GroupState, PartitionLag
from console.model.lag import Lag
from console.model.partition import NOT_READ
from console.model.section import Ready
from console.model.snapshot import Snapshot
from console.port.errors import Refused, Rejected, Unreachable
from console.sampling.topic_logs import TopicLogs
from console.widgets.confirm import ConfirmDialog
from tests.support.clock import FakeClock
from tests.support.fake_cluster import RECORD_BYTES, FakeCluster
from tests.support.fake_world import RECORD_MS
from tests.support.hand import press, write
from tests.support.sample_logs import logs_read
from tests.support.sample_snapshots import busy
from tests.support.sample_topics import topics
from tests.support.stage import Stage, shown

SIZE = (110, 40)
END = 1_000


def reader(name: str, committed: int) -> Group:
    known = Known(committed, 1)
    row = PartitionLag("orders", 0, known, NOT_READ, NOT_READ, Lag(NOT_READ, NOT_READ))
    return Group(name, GroupState.STABLE, "classic", partitions=(row,), is_enriched=True)


def opened(*groups: Group, care: Care = USUAL, **configs: str) -> tuple[FakeCluster, WhatIfForm]:
    """A topic of 1,000 seconds with a record each, in segments of 100."""
    clock = FakeClock()
    cluster = FakeCluster(clock)
    settings = {"retention.ms": "900000", "segment.bytes": str(100 * RECORD_BYTES), **configs}
    topic = cluster.world.add_topic("orders", 1, end=END, configs=settings)
    now_ms = topic.partitions[0].created_ms + END * RECORD_MS
    logs = TopicLogs(cluster, "orders", 1, now_ms)
    return cluster, WhatIfForm(cluster, logs, groups, DEFAULT_KEYMAP, care)


def words(app: Stage) -> str:
    """What stands on the screen, without the breaks of lines and boxes."""
    return " ".join(shown(app).replace("│", " ").split())


async def retyped(app: Stage, text: str) -> None:
    """Another age in the first field."""
    await press(app, "end", *["backspace"] * 8)
    await write(app, text)
    await logs_read(app)


async def test_what_goes_is_told_while_typing() -> None:
    _, form = opened(reader("billing", 250), reader("fraud", END))
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await logs_read(app)
        assert "15m" in shown(app)
        await retyped(app, "10m")
        text = shown(app)
        assert "~400, at most 400 records" in text or "~400 records" in text
        assert "billing  ~150 in p0" in text
        assert "fraud" not in text
        await retyped(app, "1h")
        assert "Goes at once     nothing" in shown(app)


async def test_the_age_that_is_typed_is_looked_up() -> None:
    cluster, form = opened()
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await logs_read(app)
        before = cluster.calls.count("offsets_at")
        answer = cluster.hold("offsets_at")
        await press(app, "end", "backspace", "backspace", "4", "m")
        assert "asking …" in shown(app)
        answer.set()
        await logs_read(app)
        assert "asking …" not in shown(app)
        assert cluster.calls.count("offsets_at") > before


async def test_a_fault_is_told_and_nothing_is_computed() -> None:
    _, form = opened()
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await retyped(app, "soon")
        text = shown(app)
        assert "a time such as 7d" in text
        assert "say first what to keep" in text


async def test_what_deletes_nothing_is_saved_at_once() -> None:
    cluster, form = opened()
    app = Stage()
    async with app.run_test(size=SIZE, notifications=True):
        await app.push_screen(form)
        await retyped(app, "7d")
        await press(app, "ctrl+s")
        assert app.screen is not form
        assert "orders keeps its records by the new rules" in shown(app)
    assert cluster.world.topics["orders"].configs["retention.ms"] == "604800000"


async def test_what_deletes_records_is_asked_about_with_who_has_not_read_them() -> None:
    cluster, form = opened(reader("billing", 250))
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await retyped(app, "10m")
        await press(app, "ctrl+s")
        assert isinstance(app.screen, ConfirmDialog)
        assert "billing has not read all of them" in words(app)
        await press(app, "n")
        assert app.screen is form
        assert "set_topic_configs" not in cluster.calls
        await press(app, "ctrl+s", "y")
        assert app.screen is not form
    assert cluster.world.topics["orders"].configs["retention.ms"] == "600000"


async def test_on_a_production_cluster_the_topics_name_is_to_be_typed() -> None:
    cluster, form = opened(care=Care("prod", is_production=True))
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await retyped(app, "10m")
        await press(app, "ctrl+s")
        assert "Type orders" in words(app)
        await write(app, "orders")
        await press(app, "enter")
        assert app.screen is not form
    assert cluster.world.topics["orders"].configs["retention.ms"] == "600000"


async def test_an_emptied_field_returns_to_the_default_which_is_not_known() -> None:
    cluster, form = opened()
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await retyped(app, "")
        assert "does not tell its default" in shown(app)
        await press(app, "ctrl+s", "y")
    assert "retention.ms" not in cluster.world.topics["orders"].configs


async def test_nothing_is_sent_when_nothing_is_changed() -> None:
    cluster, form = opened()
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await logs_read(app)
        await press(app, "ctrl+s")
        assert "Nothing is changed" in shown(app)
    assert "set_topic_configs" not in cluster.calls


async def test_a_cluster_to_look_at_answers_and_takes_nothing() -> None:
    cluster, form = opened(care=Care("audit", is_read_only=True))
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await retyped(app, "10m")
        assert "~400" in shown(app)
        await press(app, "ctrl+s")
        assert "only to be looked at" in shown(app)
    assert "set_topic_configs" not in cluster.calls


@pytest.mark.parametrize("operation", ["topic_configs", "set_topic_configs"])
async def test_a_refusal_is_shown_and_what_was_typed_stays(operation: str) -> None:
    cluster, form = opened()
    app = Stage()
    error = Refused("this user may not \x1b[1mdo it")
    cluster.fail(operation, error)
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await retyped(app, "7d")
        await press(app, "ctrl+s")
        assert app.screen is form
        assert form.text_of("age") == "7d"
        if operation == "set_topic_configs":
            assert "■ this user may not ␛[1mdo it" in shown(app)
        else:
            assert "not read yet" in shown(app)


async def test_a_cluster_that_does_not_answer_holds_up_nothing() -> None:
    cluster, form = opened()
    cluster.hold("start_offsets")
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, "1", "0", "m")
        assert "Reading the topic's logs" in shown(app)
        await press(app, "escape")
        assert app.screen is not form


async def test_a_rejected_value_can_be_mended() -> None:
    cluster, form = opened()
    cluster.fail("set_topic_configs", Rejected("INVALID_CONFIG", "too short"))
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await retyped(app, "7d")
        await press(app, "ctrl+s")
        assert "■ too short" in shown(app)
        cluster.fail("set_topic_configs", None)
        await press(app, "ctrl+s")
        assert app.screen is not form


async def test_no_key_that_saves_is_told_on_a_cluster_to_look_at() -> None:
    _, form = opened(care=Care("far", is_read_only=True))
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await logs_read(app)
        assert "ctrl+s" not in shown(app)
        assert "esc closes" in shown(app)


def later(form: WhatIfForm, seconds: int, *groups: Group) -> Snapshot:
    """What is known so long after the logs were read; there is one topic."""
    at_ms = form._logs.now_ms + 1_000 * seconds
    topic = replace(topics()[0], name="orders", partition_count=1)
    return replace(busy(), at_ms=at_ms, topics=Ready((topic,), at_ms), groups=Ready(groups, at_ms))


async def test_it_judges_by_logs_and_groups_as_they_are_by_now() -> None:
    """Method: retention takes 300 records and the group goes on while the form is open."""
    cluster, form = opened(reader("billing", 250))
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await retyped(app, "10m")
        assert "billing  ~150 in p0" in shown(app)
        cluster.world.topics["orders"].partitions[0].start = 300
        form.follow(later(form, 5, reader("billing", 350)))
        await logs_read(app)
        text = shown(app)
        assert "~400" not in text
        assert "~100" in text
        assert "billing  ~50, at most 55 in p0" in text
        assert form.text_of("age") == "10m"
        assert "asking" not in text


async def test_what_another_person_set_stands_in_fields_that_nobody_touched() -> None:
    cluster, form = opened(**{"retention.bytes": "1000"})
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await retyped(app, "10m")
        configs = cluster.world.topics["orders"].configs
        configs |= {"retention.ms": "7200000", "retention.bytes": "2000"}
        form.follow(later(form, 5))
        await logs_read(app)
        assert form.changes == {"retention.ms": "600000"}
        assert form.text_of("size") == "2000B"


async def test_a_topic_that_cannot_be_read_at_first_is_read_once_it_can() -> None:
    cluster, form = opened()
    cluster.fail("topic_configs", Unreachable("nobody listens"))
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await logs_read(app)
        form.follow(later(form, 6))
        await logs_read(app)
        assert "This topic cannot be read: nobody listens" in words(app)
        cluster.fail("topic_configs", None)
        form.follow(later(form, 4))
        await logs_read(app)
        assert not form.is_read, "it was tried just before"
        form.follow(later(form, 6))
        await logs_read(app)
        assert form.is_read
        assert "15m" in shown(app)
        assert "cannot be read" not in shown(app)


async def test_logs_that_were_just_read_are_not_read_again() -> None:
    cluster, form = opened()
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await logs_read(app)
        before = cluster.calls.count("topic_configs")
        form.follow(later(form, 4))
        await logs_read(app)
        assert cluster.calls.count("topic_configs") == before


async def test_logs_that_cannot_be_read_again_are_told_to_be_old_until_they_can() -> None:
    cluster, form = opened()
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await logs_read(app)
        cluster.fail("topic_configs", Refused("no right"))
        form.follow(later(form, 6))
        await logs_read(app)
        assert "as they were 6s ago: they cannot be read again: no right" in words(app)
        cluster.fail("topic_configs", None)
        form.follow(later(form, 7))
        await logs_read(app)
        assert "as they were" not in shown(app)
        gone = replace(later(form, 6), topics=Ready((), 1))
        form.follow(gone)
        assert form._trouble == "the topic is not there any more"
