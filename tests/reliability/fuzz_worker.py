"""One process that decodes mutants: as many as it is told, or until its time is over.

Before each mutant is decoded it stands in a file that outlives the process, with the number of its
target: whatever a library does to the process, the bytes that did it are known, and whoever watches
sees whether it goes on.
"""

import itertools
import mmap
import random
import struct
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.fuzz_group_targets import group_targets
from tests.reliability.fuzz_targets import Target, targets
from tests.reliability.fuzz_watch import Watch, lines_of, name_of
from tests.reliability.planted_decoders import BUGS, plant
from tests.support.messages import is_same
from tests.support.mutated_bytes import mutated

BURST = 64
"""Mutants of one target, one after the other."""
MESSAGES = ("requests", "responses")
OTHERS_WEIGHT = 12
"""How much more often the few decoders that are no messages' come up than each of the many."""
SEED_FOR = 8
"""Mutants of one seed, one after the other."""
WATCHED_EVERY = 64
WATCHED_FIRST = 150
"""So many of each target are watched before only a sample is."""
MEASURED_EVERY = 512
FAULTS_MAX = 5
CORPUS_MAX = 200
MUTANT_BYTES_MAX = 1 << 17
_PROGRESS = struct.Struct("<qii")


@dataclass
class Account:
    """What a worker has done."""

    frames: int = 0
    frames_by_area: dict[str, int] = field(default_factory=dict)
    accepted: int = 0
    watched: int = 0
    measured: int = 0
    written_again: int = 0
    """Messages that were accepted, written, and read again the same."""
    grown: int = 0
    """Mutants that were kept because they reached new lines."""
    cpu_s: float = 0.0
    steps_per_byte_max: float = 0.0
    bytes_per_byte_max: float = 0.0
    lines: dict[str, set[int]] = field(default_factory=dict)
    lines_all: dict[str, set[int]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    not_planted: str = ""
    """Why the bug that was to be looked for is not there."""


class Worker:
    """Mutates and decodes. `diary` is the file in which the present mutant stands."""

    def __init__(
        self, made: Sequence[Target], seed: str, work: Path, diary: mmap.mmap | None = None
    ) -> None:
        self._targets = made
        self._chance = random.Random(seed)
        self._seed = seed
        self._work = work
        self._diary = diary
        self._watch = Watch()
        self._was_refused = False
        self.account = Account()
        for target in made:
            codes = target.codes()
            self._watch.know(codes)
            for code in codes:
                self.account.lines_all[name_of(code)] = lines_of(code)

    def run(
        self,
        frames: int,
        deadline_s: float,
        *,
        watches_all: bool = False,
        faults_max: int = FAULTS_MAX,
    ) -> Account:
        """Decode so many, unless the monotonic clock comes to `deadline_s` before, or as many
        faults are found."""
        began_s = time.process_time()
        account, watch = self.account, self._watch
        order = [
            target
            for target in self._targets
            for _ in range(1 if target.area in MESSAGES else OTHERS_WEIGHT)
        ]
        self._chance.shuffle(order)
        for target in self._targets:
            for data in list(target.corpus):
                self._look(target, data, must_measure=False)
        for target in itertools.cycle(order):
            is_over = account.frames >= frames or len(account.faults) >= faults_max
            if is_over or time.monotonic() > deadline_s:
                break
            count = min(BURST, frames - account.frames)
            self._burst(target, count, watches_all=watches_all)
            account.frames += count
            by_area = account.frames_by_area
            by_area[target.area] = by_area.get(target.area, 0) + count
        account.cpu_s = time.process_time() - began_s
        account.lines = watch.lines
        account.steps_per_byte_max = watch.steps_per_byte_max
        account.bytes_per_byte_max = watch.bytes_per_byte_max
        return account

    def _burst(self, target: Target, count: int, *, watches_all: bool) -> None:
        chance, corpus, decode = self._chance, target.corpus, target.decode
        repair, refusals, diary = target.repair, target.refusals, self._diary
        number = self.account.frames
        other = chance.choice(chance.choice(self._targets).corpus)
        for turn in range(count):
            if turn % SEED_FOR == 0:
                seed = chance.choice(corpus)
            data = mutated(seed, other, chance)
            if repair is not None:
                data = repair(data, chance)
            if diary is not None:
                number += 1
                size = len(data)
                if size <= MUTANT_BYTES_MAX:
                    diary[16 : 16 + size] = data
                _PROGRESS.pack_into(diary, 0, number, 0, size)
            target.watched += 1
            is_first = target.watched <= WATCHED_FIRST
            if watches_all or is_first or target.watched % WATCHED_EVERY == 0:
                self._look(target, data, must_measure=watches_all)
                continue
            try:
                decode(data)
            except refusals as refusal:
                if self._watch.refused_anew(refusal):
                    self._keep(target, data)
                continue
            except BaseException as error:
                self._blame(target, data, f"{type(error).__name__}: {error}")
                if isinstance(error, KeyboardInterrupt):
                    raise
            self.account.accepted += 1

    def _look(self, target: Target, data: bytes, *, must_measure: bool) -> None:
        """Decode with eyes open: lines and steps, or memory, and what was read written again."""
        account, size = self.account, len(data)
        try:
            account.watched += 1

            def decode() -> None:
                target.decode(data)

            if self._has_new(target, decode, size):
                self._keep(target, data)
            if must_measure or target.watched % MEASURED_EVERY in (0, 1):
                account.measured += 1
                self._decode_modestly(target, data)
            if self._was_refused:
                return
            if target.written is not None:
                self._write_again(target, data)
        except BaseException as error:
            self._blame(target, data, f"{type(error).__name__}: {error}")
            if isinstance(error, KeyboardInterrupt):
                raise
            return
        account.accepted += 1

    def _keep(self, target: Target, data: bytes) -> None:
        if len(target.corpus) < CORPUS_MAX:
            target.corpus.append(data)
            self.account.grown += 1

    def _has_new(self, target: Target, decode: object, size: int) -> bool:
        """Whether new lines were reached, be the bytes refused or not."""
        assert callable(decode)
        refusal: Exception | None = None

        def tried() -> None:
            nonlocal refusal
            try:
                decode()
            except target.refusals as error:
                refusal = error

        has_new = self._watch.reaches_new(tried, size, target.steps)
        self._was_refused = refusal is not None
        return has_new

    def _decode_modestly(self, target: Target, data: bytes) -> None:
        def tried() -> None:
            with suppress(target.refusals):
                target.decode(data)

        excess = self._watch.is_modest(tried, len(data), target.slack_bytes)
        assert not excess, f"{len(data)} bytes took {excess} bytes of memory more than they may"

    def _write_again(self, target: Target, data: bytes) -> None:
        assert target.written is not None
        message = target.decode(data)
        again = target.decode(target.written(message))
        assert is_same(again, message), f"what was read and written reads otherwise: {again!r}"
        self.account.written_again += 1

    def _blame(self, target: Target, data: bytes, what: str) -> None:
        place = self._work / f"frame-{self._seed}-{len(self.account.faults)}.bin"
        place.write_bytes(data)
        fault = f"{target.name}: {what} ({place})"
        if not any(each.startswith(f"{target.name}: {what}"[:60]) for each in self.account.faults):
            self.account.faults.append(fault)


def diary_of(place: Path, number: int) -> Path:
    """The file in which the present mutant of a process stands, from its first on."""
    return place / f"diary-{number}"


def work(
    number: int,
    *,
    seed: int,
    frames: int,
    deadline_s: float,
    place: Path,
    recorded: Sequence[bytes],
    messages_every: int = 1,
    watches_all: bool = False,
    faults_max: int = FAULTS_MAX,
    bug: str = "",
) -> Account:
    """What one process does. Nothing is decoded when there is a bug to plant, and it is not there
    afterwards."""
    if bug:
        try:
            plant(BUGS[bug])
        except Exception as error:
            return Account(not_planted=f"{type(error).__name__}: {error}")
    name = f"{seed}-{number}"
    diary_path = diary_of(place, number)
    diary_path.write_bytes(bytes(16 + MUTANT_BYTES_MAX))
    with diary_path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as diary:
        chance = random.Random(f"seeds {seed}")
        made = [*targets(chance, recorded, messages_every=messages_every), *group_targets()]
        worker = Worker(made, name, place, diary)
        return worker.run(frames, deadline_s, watches_all=watches_all, faults_max=faults_max)
