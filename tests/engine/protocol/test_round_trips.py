"""Every message in every version against kio: the same bytes, the same values."""

import io
import random

import pytest
from kio.serial import entity_writer

from engine.protocol.advertised import APIS
from engine.protocol.codec import decode, encode_bytes
from engine.protocol.layout import Message
from tests.support.kio_oracle import expected, kio_class, random_entity

MESSAGES = [cls for row in APIS.values() for cls in (row.request, row.response)]
SAMPLES = 6


def versions(message: type[Message]) -> range:
    return range(message.MIN_VERSION, message.MAX_VERSION + 1)


@pytest.mark.point(9)
@pytest.mark.parametrize("message", MESSAGES, ids=lambda cls: cls.__name__)
def test_bytes_and_values_are_those_of_an_independent_implementation(
    message: type[Message],
) -> None:
    # The seed is in the assertion's message: a failure is reproduced from it alone.
    for version in versions(message):
        theirs = kio_class(message, version)
        write = entity_writer(theirs)
        for sample in range(SAMPLES):
            seed = f"{message.__name__} {version} {sample}"
            entity = random_entity(theirs, random.Random(seed))
            out = io.BytesIO()
            write(out, entity)
            wanted = expected(message, entity, version)
            decoded = decode(message, out.getvalue(), version)
            assert decoded == wanted, seed
            assert encode_bytes(decoded, version) == out.getvalue(), seed


@pytest.mark.parametrize("message", MESSAGES, ids=lambda cls: cls.__name__)
def test_defaults_survive_in_every_version(message: type[Message]) -> None:
    for version in versions(message):
        assert decode(message, encode_bytes(message(), version), version) == message()
