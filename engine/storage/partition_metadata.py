"""The file `partition.metadata`: which topic a directory belongs to. Source: Kafka's
`PartitionMetadataFile`, version 0.
"""

from engine.kernel.ids import TopicId, format_topic_id, parse_topic_id
from engine.storage.errors import MalformedFile


def encode_metadata(topic_id: TopicId) -> bytes:
    """The file of a topic id."""
    return f"version: 0\ntopic_id: {format_topic_id(topic_id)}".encode("ascii")


def decode_metadata(content: bytes, path: str) -> TopicId:
    """The topic id in a file. Raises MalformedFile."""
    try:
        fields = dict(line.split(": ", 1) for line in content.decode("ascii").splitlines() if line)
        if fields["version"] != "0":
            raise ValueError(f"version {fields['version']}")
        return parse_topic_id(fields["topic_id"])
    except (ValueError, KeyError) as error:
        raise MalformedFile(path, f"not partition metadata: {error}") from None
