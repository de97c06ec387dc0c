"""What the three consumers of the workflow do with their records.

Fraud detection scores payments and writes alerts; the warehouse files payments; the mailer writes a
letter for each alert into an mbox file, the form that mail programs read.
"""

import mailbox
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

from confluent_kafka import Message

from console.demo.fraud import Alert, FraudScorer, read_alert
from console.demo.generator import ALERTS_TOPIC
from console.demo.outlet import Outlet
from console.demo.payments import read_payment
from console.demo.warehouse import Warehouse

FLUSH_S = 30.0


class AlertsUndelivered(RuntimeError):
    """The broker did not take the alerts in time; the payments are read again after a restart."""


def value_of(record: Message) -> bytes:
    """The value of a record, empty for a tombstone."""
    value = record.value()
    return value if isinstance(value, bytes) else b""


class FraudSink:
    """Scores payments; each alert is a record keyed by the customer."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._scorer = FraudScorer()
        self._alerts = 0
        self._refused = 0

    def take(self, records: Sequence[Message]) -> None:
        for record in records:
            try:
                alert = self._scorer.score(read_payment(value_of(record)))
            except ValueError:
                self._refused += 1
                continue
            if alert is not None:
                self._alerts += 1
                self._write(alert)

    def _write(self, alert: Alert) -> None:
        value, key = alert.value(), alert.customer.encode()
        now_ms = self._outlet.clock.wall_ms()
        try:
            self._outlet.write(ALERTS_TOPIC, value, key, now_ms)
        except BufferError:
            if self._outlet.flush(FLUSH_S):
                raise AlertsUndelivered from None
            self._outlet.write(ALERTS_TOPIC, value, key, now_ms)

    def secure(self) -> str:
        if self._outlet.flush(FLUSH_S):
            raise AlertsUndelivered
        refused = f", {self._refused} were no payments" if self._refused else ""
        said = f"; {self._outlet.note}" if self._outlet.note else ""
        return f"{self._alerts} alerts{refused}{said}"

    def restart(self) -> None:
        self._scorer = FraudScorer()

    def close(self) -> None:
        self._outlet.flush(FLUSH_S)


class WarehouseSink:
    """Files payments by day and partition."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._warehouse = Warehouse(folder)
        self._refused = 0
        self._rows = 0

    def take(self, records: Sequence[Message]) -> None:
        for record in records:
            _, at_ms = record.timestamp()
            try:
                self._rows += self._warehouse.write(
                    record.partition() or 0, record.offset() or 0, at_ms, value_of(record)
                )
            except ValueError:
                self._refused += 1

    def secure(self) -> str:
        self._warehouse.flush()
        refused = f", {self._refused} were no JSON" if self._refused else ""
        return f"{self._rows} rows in {self._folder.name}{refused}"

    def restart(self) -> None:
        self._warehouse.clear()
        self._rows = 0

    def close(self) -> None:
        self._warehouse.close()


class MailSink:
    """Writes a letter to the customer for each alert."""

    def __init__(self, outbox: Path) -> None:
        outbox.parent.mkdir(parents=True, exist_ok=True)
        self._path = outbox
        self._box = mailbox.mbox(outbox)
        self._letters = 0

    def take(self, records: Sequence[Message]) -> None:
        for record in records:
            try:
                alert = read_alert(value_of(record))
            except ValueError:
                continue
            self._box.add(letter(alert))
            self._letters += 1

    def secure(self) -> str:
        self._box.flush()
        return f"{self._letters} letters in {self._path.name}"

    def restart(self) -> None:
        self._box.clear()
        self._letters = 0

    def close(self) -> None:
        self._box.close()


def letter(alert: Alert) -> EmailMessage:
    """The letter that tells a customer of an alert."""
    message = EmailMessage()
    message["From"] = "Card security <security@bank.example>"
    message["To"] = f"{alert.customer}@mail.example"
    message["Subject"] = f"Was this you? {alert.euros:.2f} EUR at {alert.merchant}"
    reasons = "\n".join(f"  - {reason}" for reason in alert.reasons)
    message.set_content(
        f"Your card {alert.card} was used at {alert.merchant} for {alert.euros:.2f} EUR.\n"
        f"We ask because it was:\n{reasons}\n\nPayment {alert.payment}, score {alert.score}.\n"
    )
    return message
