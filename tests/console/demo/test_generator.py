"""The worker that writes payments: how many, how fast, and what it says of itself."""

import json
from typing import Any

import pytest

from console.demo.control import Command, Verb, WorkerReport, read_report
from console.demo.generator import PAYMENTS_TOPIC, RATE_AT_START, Generator
from console.demo.outlet import Outlet
from console.demo.payments import PaymentStream, read_payment
from tests.support.clock import FakeClock
from tests.support.demo_clients import FakeProducer, ScriptedCommands


def run(
    capsys: pytest.CaptureFixture[str],
    seconds: float,
    *script: tuple[float, Command],
    producer: FakeProducer | None = None,
) -> tuple[FakeProducer, list[WorkerReport]]:
    """Let a generator run for so long: what was sent, and its reports."""
    clock, sent = FakeClock(), producer or FakeProducer()
    commands: Any = ScriptedCommands(clock, seconds, *script)
    client: Any = sent
    outlet = Outlet(clock, lambda: client, lambda: None)
    Generator(clock, commands, PaymentStream(1), outlet).run()
    return sent, [read_report(line) for line in capsys.readouterr().out.splitlines()]


def test_payments_are_written_at_the_rate_of_the_start(capsys: pytest.CaptureFixture[str]) -> None:
    producer, reports = run(capsys, 10)
    assert len(producer.sent) == pytest.approx(10 * RATE_AT_START, rel=0.05)
    assert reports[-1].rate == pytest.approx(RATE_AT_START, rel=0.05)
    assert reports[-1].handled == pytest.approx(len(producer.sent), rel=0.1)
    assert reports[-1].limit == RATE_AT_START


def test_each_record_is_a_payment_keyed_by_its_customer(capsys: pytest.CaptureFixture[str]) -> None:
    producer, _ = run(capsys, 1)
    for topic, value, key in producer.sent:
        assert topic == PAYMENTS_TOPIC
        assert read_payment(value).customer == key.decode()


def test_a_new_rate_holds_from_when_it_arrives(capsys: pytest.CaptureFixture[str]) -> None:
    producer, reports = run(capsys, 10, (5, Command(Verb.RATE, 1000)))
    assert len(producer.sent) == pytest.approx(5 * RATE_AT_START + 5 * 1000, rel=0.05)
    assert reports[-1].limit == 1000


def test_a_rate_of_nothing_and_a_pause_write_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (Command(Verb.RATE, 0), Command(Verb.PAUSE)):
        producer, reports = run(capsys, 20, (5, command))
        assert len(producer.sent) == pytest.approx(5 * RATE_AT_START, rel=0.05)
        assert reports[-1].rate == 0
        assert reports[-1].is_paused == (command.verb is Verb.PAUSE)


def test_it_goes_on_after_a_pause_and_does_not_make_up_for_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    producer, _ = run(capsys, 15, (5, Command(Verb.PAUSE)), (10, Command(Verb.RESUME)))
    assert len(producer.sent) == pytest.approx(10 * RATE_AT_START, rel=0.1)


def test_it_reports_about_twice_a_second_and_flushes_at_the_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    producer, reports = run(capsys, 10)
    assert len(reports) == pytest.approx(20, abs=2)
    assert producer.flushes == 1


def test_a_queue_that_is_full_is_said_and_not_counted_as_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    producer, reports = run(capsys, 10, producer=FakeProducer(room=100, is_stuck=True))
    assert len(producer.sent) == 100
    assert reports[-1].note == "the broker does not keep up; waiting for it"
    assert reports[-1].handled == 100


def test_what_the_broker_did_not_take_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    producer = FakeProducer()
    producer.undelivered = 1
    _, reports = run(capsys, 3, producer=producer)
    assert reports[-1].note == "not written: Broker: disk full"


def test_reports_are_lines_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    _, reports = run(capsys, 1)
    for report in reports:
        assert set(json.loads(report.line())) == {"handled", "rate", "limit", "is_paused", "note"}
