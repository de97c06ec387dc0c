"""The journal on the screen, and `u` that undoes."""

from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press
from tests.support.sample_snapshots import busy
from tests.support.stage import shown

SIZE = (120, 40)


def staged() -> StagedConsole:
    app = console(busy())
    app.cluster.world.add_topic("orders", 1, configs={"retention.ms": "1000"})
    return app


async def changed(app: StagedConsole) -> dict[str, str]:
    """The topic's configuration after a change from the console."""
    await app.writes.set_topic_configs("orders", {"retention.ms": "9"})
    return app.cluster.world.topics["orders"].configs


async def test_nothing_done_yet_says_what_will_be_here() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "6")
        assert "Nothing has been changed from here" in shown(app)


async def test_u_does_not_say_that_anything_is_gone_where_nothing_was_done() -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "u")
        assert "Nothing was changed from here" in shown(app)
        assert "gone" not in shown(app)


async def test_changes_are_listed_newest_first_with_their_end() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "6")
        await changed(app)
        await app.writes.delete_topic("orders")
        await at_rest(app)
        lines = [line for line in shown(app).splitlines() if " orders " in line]
        assert "delete topic" in lines[0]
        assert "● done" in lines[0]
        assert "retention.ms = 9" in lines[1]
        assert "● done, u undoes it" in lines[1]


async def test_u_asks_and_puts_back() -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        configs = await changed(app)
        await press(app, "u")
        assert "retention.ms to 1000" in shown(app)
        assert configs == {"retention.ms": "9"}
        await press(app, "y")
        await at_rest(app)
        assert configs == {"retention.ms": "1000"}
        await press(app, "6")
        assert "undone" in shown(app)


async def test_no_is_no() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        configs = await changed(app)
        await press(app, "u", "n")
        assert configs == {"retention.ms": "9"}


async def test_filter_looks_at_what_is_told_of_an_act() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await changed(app)
        await app.writes.add_partitions("orders", 3)
        await press(app, "6", "slash", *"retention", "enter")
        assert "set configs" in shown(app)
        assert "add partitions" not in shown(app)


async def test_u_in_the_journal_is_about_the_row_under_the_cursor() -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        configs = await changed(app)
        await app.writes.add_partitions("orders", 3)
        await press(app, "6", "u")
        assert "Nothing to undo" in shown(app)
        await press(app, "down", "u", "y")
        await at_rest(app)
        assert configs == {"retention.ms": "1000"}


async def test_audit_file_that_cannot_be_written_is_told() -> None:
    app = staged()
    app.audit.error = OSError(28, "No space left on device")
    async with app.run_test(size=SIZE):
        await press(app, "6")
        await changed(app)
        await at_rest(app)
        assert "▲ the audit file cannot be written" in shown(app)
