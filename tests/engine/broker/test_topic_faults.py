"""Every n-th call to the disk fails, once or from then on, while topics change.

Goal: an answer is never wrong and nothing but errors that handlers expect comes out. Method: a
script of changes runs with the n-th call failing; then a fresh broker opens the
directory as a crash would leave it and is compared with what was answered.
"""

import contextlib
import errno
import itertools

import pytest

from engine.broker.catalogue import Topic
from engine.broker.new_topics import NewTopic
from engine.broker.refusal import Refused
from engine.kernel.errors import EngineError
from engine.storage.posix import PosixFileSystem
from tests.support.topic_broker import TopicBroker, append, topic_broker


class Faults:
    """Counts calls; the one with the number `fail_at`, and later ones if sticky, fail."""

    def __init__(self, code, *, fail_at, is_sticky):
        self.calls = 0
        self._code = code
        self._fail_at = fail_at
        self._is_sticky = is_sticky

    def hit(self, what):
        self.calls += 1
        if self.calls == self._fail_at or (self._is_sticky and self.calls > self._fail_at):
            raise OSError(self._code, f"injected into {what}")


class Failing:
    """A file system, or a file, each of whose calls may fail."""

    def __init__(self, inner, faults):
        self._inner = inner
        self._faults = faults

    def __getattr__(self, name):
        attribute = getattr(self._inner, name)
        if not callable(attribute) or name in ("fileno", "lock"):
            return attribute

        def call(*arguments, **named):
            self._faults.hit(name)
            result = attribute(*arguments, **named)
            return Failing(result, self._faults) if name == "open" else result

        return call


class Answered:
    """What was answered: topics that are there for certain, and names that may be either."""

    def __init__(self):
        self.present = {}
        self.unknown = set()

    async def script(self, broker):
        for name in ("a", "b"):
            (outcome,) = await broker.admin.create([NewTopic(name, 2)])
            if isinstance(outcome, Topic):
                self.present[name] = outcome
                await self._write(broker, name)
            else:
                self.unknown.add(name)
        await self._try("a", broker.admin.grow("a", 4, None))
        await self._try("b", broker.admin.alter_topic("b", lambda _: {"retention.ms": "5"}))
        if "a" in self.present:
            topic = self.present.pop("a")
            (outcome,) = await broker.admin.delete([topic.topic_id])
            if isinstance(outcome, Refused):
                self.unknown.add("a")
            elif "a" not in self.unknown:
                (outcome,) = await broker.admin.create([NewTopic("a")])
                if isinstance(outcome, Topic):
                    self.present["a"] = outcome
                else:
                    self.unknown.add("a")

    async def _try(self, name, change):
        with contextlib.suppress(Refused):
            await change

    async def _write(self, broker, name):
        with contextlib.suppress(EngineError):
            await append(broker, name)

    def check(self, broker):
        for name, topic in self.present.items():
            found = broker.metadata.catalogue.by_name(name)
            assert found is not None, name
            assert found.topic_id == topic.topic_id
            for index in range(len(found.partitions)):
                assert broker.partitions.find(name, index) is not None
        extra = set(broker.names()) - set(self.present)
        assert extra <= self.unknown


@pytest.mark.parametrize(
    ("code", "is_sticky", "first"),
    [
        (errno.EIO, False, 1),
        (errno.EIO, True, 2),
        (errno.ENOSPC, False, 3),
        (errno.ENOSPC, True, 4),
    ],
    ids=["EIO once", "EIO for ever", "ENOSPC once", "ENOSPC for ever"],
)
async def test_no_answer_is_wrong_whichever_call_fails(code, is_sticky, first, tmp_path):
    """The four kinds share the calls out: every fourth one each."""
    reached = 0
    for fail_at in itertools.count(first, 4):
        path = tmp_path / f"n{fail_at}"
        path.mkdir()
        faults = Faults(code, fail_at=fail_at, is_sticky=is_sticky)
        answered = Answered()
        try:
            broker = TopicBroker(path, filesystem=Failing(PosixFileSystem(), faults))
        except (OSError, EngineError):
            assert faults.calls >= fail_at, "it failed by itself"
            continue
        await answered.script(broker)
        copy = broker.crash_copy(f"c{fail_at}")
        async with topic_broker(copy) as fresh:
            answered.check(fresh)
        calls = faults.calls
        await broker.close()
        reached += 1
        if fail_at > calls:
            break
    assert reached > 10
