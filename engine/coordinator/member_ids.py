"""Member ids that the coordinator of consumer groups makes: Kafka's `Uuid.randomUuid` as text."""

from engine.kernel.entropy import Entropy
from engine.kernel.ids import TopicId, format_topic_id


def new_member_id(entropy: Entropy) -> str:
    """A new member id; never one that a command line could take for an option."""
    while True:
        text = format_topic_id(TopicId(entropy.uuid_bytes()))
        if not text.startswith("-"):
            return text
