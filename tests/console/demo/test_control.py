"""Commands and reports survive the pipe; anything else is refused."""

import pytest

from console.demo.control import Command, Verb, WorkerReport, read_command, read_report


@pytest.mark.parametrize("verb", Verb)
def test_command_reads_back(verb: Verb) -> None:
    command = Command(verb, 12.5 if verb is Verb.RATE else None)
    assert read_command(command.line().decode()) == command


def test_report_reads_back() -> None:
    report = WorkerReport(handled=7, rate=1.5, limit=None, is_paused=True, note="so")
    assert read_report(report.line()) == report


@pytest.mark.parametrize("line", ["", "{}", "[]", '{"verb": "fly", "value": null}', "null"])
def test_other_lines_are_no_commands(line: str) -> None:
    with pytest.raises(ValueError):
        read_command(line)


@pytest.mark.parametrize("line", ["", "{}", "[]", '{"handled": 1}'])
def test_other_lines_are_no_reports(line: str) -> None:
    with pytest.raises(ValueError):
        read_report(line)
