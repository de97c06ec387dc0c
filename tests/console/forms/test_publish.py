"""The form that publishes: what is sent, where it landed, why not, and how a load is stopped."""

from textual.widgets import Checkbox

from console.forms.publish import Landed, Load, PublishForm, publish_fields
from console.keys.keymap import DEFAULT_KEYMAP
from console.port.cluster import NewRecord, Published
from console.port.errors import Failed, NotFound
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.hand import at_rest, press, write
from tests.support.stage import Stage, shown

SIZE = (90, 30)
TOPICS = {"orders": 3, "payments": 1}


def opened(topic: str | None = "orders") -> tuple[Stage, FakeCluster, PublishForm]:
    cluster = FakeCluster(FakeClock())
    for name, partitions in TOPICS.items():
        cluster.world.add_topic(name, partitions)
    return Stage(), cluster, PublishForm(cluster, TOPICS, topic, DEFAULT_KEYMAP)


def records(cluster: FakeCluster, topic: str, partition: int) -> list[NewRecord]:
    stored = cluster.world.topics[topic].partitions[partition].records.values()
    return [NewRecord(each.key, each.value, each.headers) for each in stored]


async def fill(app: Stage, form: PublishForm, **texts: str) -> None:
    for field, text in texts.items():
        line = form.line_of(field).input
        line.value = ""
        line.focus()
        await at_rest(app)
        await write(app, text)


async def test_it_says_where_the_message_landed() -> None:
    app, cluster, form = opened()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await fill(app, form, partition="1", key="k", value="hello", headers="a=1, b")
        await press(app, "ctrl+s")
        assert "● landed in partition 1, offset 0" in shown(app)
        await press(app, "ctrl+s")
        assert "● landed in partition 1, offset 1" in shown(app)
    expected = NewRecord(b"k", b"hello", (("a", b"1"), ("b", None)))
    assert records(cluster, "orders", 1) == [expected, expected]


async def test_without_key_and_value_there_is_no_key_and_an_empty_value() -> None:
    app, cluster, form = opened("payments")
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, "ctrl+s")
    assert records(cluster, "payments", 0) == [NewRecord(None, b"")]


async def test_a_tombstone_has_no_value_whatever_stands_in_the_line() -> None:
    app, cluster, form = opened("payments")
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await fill(app, form, key="k", value="left behind")
        form.query_one(Checkbox).focus()
        await press(app, "space", "ctrl+s")
        assert form.line_of("value").input.disabled
        assert "[x]" in shown(app)
    assert records(cluster, "payments", 0) == [NewRecord(b"k", None)]


async def test_messages_of_a_load_are_numbered_from_one() -> None:
    app, cluster, form = opened("payments")
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await fill(app, form, key="k{n}", value="{n} of 3", count="3")
        await press(app, "ctrl+s")
        assert "● 3 of 3 landed; the last in partition 0, offset 2" in shown(app)
    stored = records(cluster, "payments", 0)
    assert [(each.key, each.value) for each in stored] == [
        (b"k1", b"1 of 3"),
        (b"k2", b"2 of 3"),
        (b"k3", b"3 of 3"),
    ]


async def test_a_partition_that_the_topic_has_not_is_refused_while_typing() -> None:
    app, _, form = opened()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await fill(app, form, partition="3")
        assert "■ partitions are 0 to 2" in shown(app)
        await fill(app, form, topic="payments")
        assert "■ there is only 0" in shown(app)
        await fill(app, form, topic="nowhere")
        assert "■ there is no such topic" in shown(app)


async def test_a_refusal_says_why() -> None:
    app, cluster, form = opened()
    cluster.fail("publish", NotFound("there is no topic \x1b[2Jorders"))
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, "ctrl+s")
        assert "■ there is no topic ␛[2Jorders" in shown(app)
        assert not form.is_sending


async def test_escape_stops_a_load_and_says_how_much_of_it_landed() -> None:
    app, cluster, form = opened("payments")
    answer = cluster.hold("publish")
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await fill(app, form, count="1000")
        await press(app, "ctrl+s", "escape")
        assert app.screen is form
        answer.set()
        await at_rest(app)
        assert "● 500 of 1,000 landed before it stopped" in shown(app)
        await press(app, "escape")
        assert app.screen is not form
    assert len(records(cluster, "payments", 0)) == 500


async def test_a_fault_is_said_and_the_form_can_send_again() -> None:
    app, cluster, form = opened()
    cluster.fail("publish", ZeroDivisionError("nobody expects this"))
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, "ctrl+s")
        assert "ZeroDivisionError: nobody expects this" in " ".join(
            shown(app).replace("│", "").split()
        )
        cluster.fail("publish", None)
        await press(app, "ctrl+s")
        assert "● landed in" in shown(app)


def test_what_failed_counts_as_not_landed_and_the_last_place_stays() -> None:
    landed = Landed(3)
    assert landed.said == "nothing was published"
    landed.take([Published(0, 7), Failed("NOT_LEADER_OR_FOLLOWER", "moved"), Published(1, 1_234)])
    assert landed.said == "2 of 3 landed before it stopped; the last in partition 1, offset 1,234"


def test_a_message_without_the_mark_is_the_same_each_time() -> None:
    load = Load("orders", NewRecord(None, b"same"), 3, 0)
    assert load.batch(1, 2) == [NewRecord(None, b"same")] * 2


def test_a_name_that_cannot_be_shown_as_it_is_does_not_stand_in_the_line() -> None:
    assert publish_fields({}, "orders", str)[0].value == "orders"
    assert publish_fields({}, "or\x1bders", str)[0].value == ""
