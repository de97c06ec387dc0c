"""Every talk by its name."""

from collections.abc import Mapping, Sequence

from tests.kafka.answers import fetch_talks, offset_talks, produce_talks, topic_talks
from tests.kafka.answers.talk import Step

TALKS: Mapping[str, Sequence[Step]] = {
    **topic_talks.TALKS,
    **produce_talks.TALKS,
    **offset_talks.TALKS,
    **fetch_talks.TALKS,
}
