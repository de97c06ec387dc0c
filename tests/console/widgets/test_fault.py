"""Faults are counted and told; of their tracebacks the newest are kept."""

import pytest
from textual import work

from console.widgets.fault import TRACEBACKS_MAX, Fault, FaultKeeper
from tests.support.hand import at_rest
from tests.support.stage import Stage, shown
from tests.support.waiting import until


class Keeping(Stage, FaultKeeper):
    """A stage whose own worker fails."""

    @work(group="own", exit_on_error=False)
    async def fail(self) -> None:
        raise ZeroDivisionError("\x1b[31mdivided")


async def test_a_fault_of_the_application_itself_is_told_and_kept() -> None:
    app = Keeping()
    async with app.run_test(size=(100, 20), notifications=True):
        app.fail()
        await at_rest(app)
        assert "ZeroDivisionError" in shown(app)
        assert "\x1b" not in shown(app)
    assert app.fault_report.startswith("1 fault of the console\nworker fail:\nTraceback")


async def test_without_a_fault_there_is_nothing_to_report() -> None:
    app = Keeping()
    async with app.run_test():
        assert app.fault_report == ""


async def test_every_fault_is_counted_and_the_newest_are_kept() -> None:
    app = Keeping()
    async with app.run_test():
        for number in range(TRACEBACKS_MAX + 5):
            app.note_fault(Fault("many", ValueError(f"number {number}"), is_told=True))
    report = app.fault_report
    assert report.startswith(f"{TRACEBACKS_MAX + 5} faults of the console\n")
    assert "number 4\n" not in report
    assert "number 5\n" in report


def test_a_long_message_is_cut() -> None:
    assert len(Fault("w", ValueError("x" * 10_000)).said) < 300


class Falling(Stage, FaultKeeper):
    """A stage with a handler that fails."""

    def fall(self) -> None:
        password = "hunter2"
        raise ZeroDivisionError(f"\x1b[31mdivided by {len(password) - 7}")


async def test_leaving_over_a_fault_prints_where_it_was_and_no_values(
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = Falling()

    async def fall() -> None:
        async with app.run_test():
            app.call_later(app.fall)
            await until(lambda: app._exception)

    with pytest.raises(ZeroDivisionError):
        await fall()
    printed = capsys.readouterr().err
    assert "in fall" in printed
    assert "ZeroDivisionError: ␛[31mdivided by 0" in printed
    assert "hunter2" not in printed
    assert "\x1b[31m" not in printed
