"""The figures of a broker of ours at a glance, as cards."""

from textual.app import ComposeResult
from textual.containers import Horizontal

from console.model.engine import EngineState, Flushing
from console.model.section import Stale, content
from console.model.snapshot import Snapshot
from console.panels.cards import show_byte_rate, show_count, show_rate
from console.panels.engine_cells import quantile_of, quantile_text
from console.widgets.kpi_card import KpiCard
from console.widgets.palette import Role


class EngineCards(Horizontal):
    """Five figures; four when it is narrow."""

    DEFAULT_CSS = """
    EngineCards { height: 5; }
    EngineCards.stale KpiCard { border: round $warning 50%; }
    """

    def compose(self) -> ComposeResult:
        yield KpiCard("Requests", Role.S1, id="requests")
        yield KpiCard("Flush p99", Role.S4, id="flush")
        yield KpiCard("In flight", Role.S2, id="in-flight")
        yield KpiCard("Received", Role.S3, id="received")
        yield KpiCard("Sent", Role.S1, id="sent")

    def show(self, snapshot: Snapshot) -> None:
        """Draw the figures of a snapshot."""
        self.set_class(isinstance(snapshot.engine, Stale), "stale")
        state: EngineState | None = content(snapshot.engine)
        if state is None:
            for card in self.query(KpiCard):
                card.show_nothing("")
            return
        waiting = state.waiting
        show_rate(self._card("requests"), state.requests_per_s, state.requests_history)
        show_flush(self._card("flush"), state.flushing)
        show_count(
            self._card("in-flight"), waiting.in_flight, waiting.in_flight_history, "requests"
        )
        show_byte_rate(self._card("received"), state.bytes_in_per_s, state.bytes_in_history)
        show_byte_rate(self._card("sent"), state.bytes_out_per_s, state.bytes_out_history)

    def _card(self, name: str) -> KpiCard:
        return self.query_one(f"#{name}", KpiCard)


def show_flush(card: KpiCard, flushing: Flushing) -> None:
    """The 99th percentile of the last minute; its history is that of each reading."""
    number, _, unit = quantile_text(quantile_of(flushing.last, 0.99)).rpartition(" ")
    card.show(number or unit, unit if number else "", "", flushing.p99_history.values)
