"""The reports of a scan, as one who follows it hears them."""

from console.messages.lane import Hit
from console.messages.progress import Report


class Heard:
    """The reports of a scan."""

    def __init__(self) -> None:
        self.reports: list[Report] = []

    def __call__(self, report: Report) -> None:
        self.reports.append(report)

    @property
    def hits(self) -> list[Hit]:
        """All hits in the order in which they came."""
        return [hit for report in self.reports for hit in report.hits]

    def places(self) -> list[tuple[int, int]]:
        """(partition, offset) of all hits."""
        return [(hit.partition, hit.record.offset) for hit in self.hits]
