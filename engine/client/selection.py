"""Which batches a reader can do without, told before their records are opened.

A batch is passed over when its header or its inflated bytes show that no record in it is wanted.
One that is opened may still hold none that is: a selection never has the last word. A batch is not
passed over for being too new: its first time stamp is not its smallest.
"""

from dataclasses import dataclass

from engine.records.batch import BatchHeader
from engine.records.crc import Buffer


@dataclass(frozen=True, slots=True)
class Selection:
    """What every record that is wanted has.

    Of each set in `literals` its key, value or headers hold one; with `ignores_case` the literals
    are in small letters and stand for both cases of ASCII. `since_ms` is its smallest time stamp.
    """

    since_ms: int | None = None
    literals: tuple[frozenset[bytes], ...] = ()
    ignores_case: bool = False

    def has_too_old(self, header: BatchHeader) -> bool:
        """All records of a batch are older than wanted."""
        return self.since_ms is not None and header.max_timestamp_ms < self.since_ms

    def lacks(self, body: Buffer) -> bool:
        """No record in an inflated payload holds the literals."""
        if not self.literals:
            return False
        content = bytes(body)
        if self.ignores_case:
            content = content.lower()
        return not all(any(each in content for each in group) for group in self.literals)


EVERYTHING = Selection()
