"""What one unmodified client writes, another reads back byte for byte, with every codec.

Writers and readers are paired in a ring: each library's encoding is read by another library.
"""

import random
import uuid

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from tests.interop.clients import CLIENTS, CODECS
from tests.interop.conftest import LINES

NEXT = dict(zip(CLIENTS, [*list(CLIENTS)[1:], next(iter(CLIENTS))], strict=True))
SEED = 20_240_817
WRITERS = [
    pytest.param(name, marks=pytest.mark.needs("kcat") if "kcat" in (name, NEXT[name]) else ())
    for name in CLIENTS
]


def make_lines(seed: int, count: int) -> list[bytes]:
    """Lines of 1 to 200 bytes without a line feed, half of them compressible."""
    chance = random.Random(seed)
    alphabet = bytes(range(32, 127)) + "äß漢".encode()
    lines = []
    for number in range(count):
        size = chance.randint(1, 200)
        body = chance.choices(alphabet, k=size) if number % 2 else b"payment " * (size // 8)
        lines.append(b"%d " % number + bytes(body))
    return lines


def create_topic(bootstrap: str, name: str) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(name, 1, 1)])[name].result(30)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("writer", WRITERS)
def test_lines_come_back_as_they_were_written(bootstrap: str, writer: str, codec: str) -> None:
    reader = NEXT[writer]
    topic = f"lines-{writer}-{codec}-{uuid.uuid4().hex[:8]}"
    lines = make_lines(SEED, LINES)
    create_topic(bootstrap, topic)
    CLIENTS[writer].write(bootstrap, topic, lines, codec)
    found = CLIENTS[reader].read(bootstrap, topic, len(lines))
    assert len(found) == len(lines), f"seed {SEED}"
    assert found == lines, f"seed {SEED}"
