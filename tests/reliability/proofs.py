"""All proofs, and how far each goes in its short and in its long form.

One row a proof: its module, the arguments of a form that takes seconds, and those of the form whose
figures are published. `None` for a proof that has nothing to tell in a short time.
"""

from typing import NamedTuple


class Proof(NamedTuple):
    """A module of this package, with two sets of arguments for its command."""

    module: str
    short: str | None
    long: str

    @property
    def name(self) -> str:
        """What its result is kept under."""
        return self.module.replace("_", "-")

    def arguments(self, *, is_long: bool) -> list[str] | None:
        """Those of one form; None if there is none."""
        words = self.long if is_long else self.short
        return None if words is None else words.split()


PROOFS = (
    Proof(
        "kill_loop",
        "--rounds 8 --every 8 --rate 3000 --seconds 120",
        "--rounds 500 --every 25 --rate 15000 --seconds 14400",
    ),
    Proof("mutation", "--cuts 2 --seconds 240", "--cuts 10 --seconds 3600"),
    Proof("power_cut", "--images 300 --seconds 60", "--images 10000 --seconds 3600"),
    Proof("simulation", "--hours 12 --minutes 5", "--hours 1000 --minutes 240"),
    Proof("failing_io", "--every 40 --seconds 60", "--every 1 --seconds 3600"),
    Proof("damage", "--flips 100 --every 30 --seconds 60", "--flips 1000 --every 1 --seconds 3600"),
    # Growth is told from minutes alone.
    Proof("soak", None, "--minutes 30"),
    Proof(
        "full_disk",
        "--rounds 5 --every 5 --seconds 90",
        "--rounds 100 --every 10 --seconds 3600",
    ),
    Proof(
        "few_descriptors",
        "--rounds 2 --descriptors 96 --partitions 120 --seconds 60",
        "--rounds 30 --seconds 3600",
    ),
    Proof("slow_disk", "--load-seconds 10 --sync-ms 20 200 --rate 2000", "--load-seconds 120"),
    Proof("wrong_clock", "--rounds 3 --seconds 60", "--rounds 50 --seconds 3600"),
    Proof("bad_network", "--rounds 5 --seconds 60", "--rounds 100 --seconds 3600"),
    Proof("idle_connections", "--connections 1000 --watch-seconds 2", "--connections 15000"),
    Proof("overload", "--pressed-seconds 10", "--pressed-seconds 300"),
    Proof(
        "slow_loris",
        "--connections 200 --pressed-seconds 10",
        "--connections 1000 --pressed-seconds 300",
    ),
    # Needs Java.
    Proof("beside", None, "--kills 20 --fills 10 --flips 20 --tears 30"),
    Proof("groups", "--histories 60 --bug-histories 100", "--histories 20000 --seconds 7200"),
    Proof(
        "fuzz",
        "--frames 300000 --connection-frames 300 --bug-frames 20000 --minutes 2",
        "--frames 10000000 --connection-frames 20000 --minutes 120",
    ),
)
