"""The topics that a member of a `consumer` group subscribes to, read from its opaque metadata.

Only the part that every version of the embedded consumer protocol shares is read: an int16 version
and an array of topic names. Source: Kafka's `ConsumerProtocolSubscription.json`, version 0.
"""

from engine.coordinator.versioned_bytes import MalformedRecordError, Reader

CONSUMER_PROTOCOL_TYPE = "consumer"


def subscribed_topics(metadata: bytes) -> frozenset[str] | None:
    """The topic names; None when the bytes are not a consumer subscription."""
    reader = Reader(metadata)
    try:
        reader.int16()
        return frozenset([reader.string() for _ in range(reader.array_length())])
    except MalformedRecordError:
        return None
