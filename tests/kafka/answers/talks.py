"""Every talk by its name."""

from collections.abc import Mapping, Sequence

from tests.kafka.answers import topic_talks
from tests.kafka.answers.talk import Step

TALKS: Mapping[str, Sequence[Step]] = {**topic_talks.TALKS}
