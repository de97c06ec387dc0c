"""What the three consumers do with their records, and what they do with what is none of theirs."""

import json
import mailbox
from pathlib import Path
from typing import Any

import pytest

from console.demo.fraud import Alert, read_alert
from console.demo.generator import ALERTS_TOPIC
from console.demo.outlet import Outlet
from console.demo.payments import Payment, PaymentStream
from console.demo.sinks import AlertsUndelivered, FraudSink, MailSink, WarehouseSink, letter
from tests.support.clock import FakeClock
from tests.support.demo_clients import FakeProducer, FakeRecord

AT_MS = 1_700_000_000_000
ALERT = Alert("p-1", "customer-7", "**** 1234", "Aurum Oslo", 999.5, 80, ("in NO",), AT_MS)


def payments(count: int, seed: int = 1) -> list[Payment]:
    return list(PaymentStream(seed).take(count, AT_MS))


def records(*values: bytes | None) -> Any:
    """Records with rising offsets in one partition."""
    return [FakeRecord(value, number) for number, value in enumerate(values)]


def fraud() -> tuple[FraudSink, FakeProducer]:
    producer = FakeProducer()
    client: Any = producer
    return FraudSink(Outlet(FakeClock(), lambda: client, lambda: None)), producer


def test_alerts_are_records_keyed_by_the_customer() -> None:
    sink, producer = fraud()
    sink.take(records(*(payment.value() for payment in payments(20_000))))
    assert producer.sent
    for topic, value, key in producer.sent:
        assert topic == ALERTS_TOPIC
        assert read_alert(value).customer == key.decode()
    assert sink.secure() == f"{len(producer.sent)} alerts"


def test_payments_count_as_handled_only_once_their_alerts_are_delivered() -> None:
    sink, producer = fraud()
    sink.take(records(payments(1)[0].value()))
    producer.undelivered = 1
    with pytest.raises(AlertsUndelivered):
        sink.secure()


def test_what_is_no_payment_is_counted_and_stops_nothing() -> None:
    sink, _ = fraud()
    sink.take(records(b"no json", None, b"{}", payments(1)[0].value()))
    assert sink.secure() == "0 alerts, 3 were no payments"


def test_a_replay_of_fraud_detection_forgets_what_it_learnt() -> None:
    values = [payment.value() for payment in payments(20_000)]
    sink, producer = fraud()
    sink.take(records(*values))
    first = [value for _, value, _ in producer.sent]
    sink.restart()
    sink.take(records(*values))
    assert [value for _, value, _ in producer.sent] == first * 2


def test_the_warehouse_files_each_payment_once(tmp_path: Path) -> None:
    values = [payment.value() for payment in payments(10)]
    for _ in range(2):
        sink = WarehouseSink(tmp_path)
        sink.take(records(*values))
        sink.secure()
        sink.close()
    (file,) = tmp_path.glob("date=*/partition=0.jsonl")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["offset"] for line in lines] == list(range(10))
    assert [line["payment"]["id"] for line in lines] == [each.id for each in payments(10)]


def test_the_warehouse_says_what_was_no_json(tmp_path: Path) -> None:
    sink = WarehouseSink(tmp_path)
    sink.take(records(b"no json", b"{}", None))
    assert sink.secure() == f"1 rows in {tmp_path.name}, 2 were no JSON"
    sink.close()


def test_a_replay_of_the_warehouse_writes_its_files_anew(tmp_path: Path) -> None:
    sink = WarehouseSink(tmp_path)
    sink.take(records(b"{}", b"{}", b"{}"))
    sink.secure()
    sink.restart()
    assert not list(tmp_path.glob("date=*/*.jsonl"))
    sink.take(records(b"{}", b"{}"))
    assert sink.secure().startswith("2 rows")
    sink.close()


def test_each_alert_is_a_letter_in_the_outbox(tmp_path: Path) -> None:
    sink = MailSink(tmp_path / "mail" / "outbox.mbox")
    sink.take(records(ALERT.value(), b"no alert", None, ALERT.value()))
    assert sink.secure().startswith("2 letters")
    sink.close()
    box = mailbox.mbox(tmp_path / "mail" / "outbox.mbox")
    assert [message["To"] for message in box] == ["customer-7@mail.example"] * 2
    box.close()


def test_a_second_run_adds_to_the_outbox_and_a_replay_empties_it(tmp_path: Path) -> None:
    path = tmp_path / "outbox.mbox"
    for _ in range(2):
        sink = MailSink(path)
        sink.take(records(ALERT.value()))
        sink.secure()
        sink.close()
    box = mailbox.mbox(path)
    assert len(box) == 2
    box.close()
    sink = MailSink(path)
    sink.restart()
    sink.secure()
    sink.close()
    box = mailbox.mbox(path)
    assert len(box) == 0
    box.close()


def test_a_letter_says_what_happened_and_why_we_ask() -> None:
    text = letter(ALERT).as_string()
    for part in ("customer-7@mail.example", "999.50 EUR", "Aurum Oslo", "in NO", "p-1", "80"):
        assert part in text
