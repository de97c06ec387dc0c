"""Every talk by its name."""

from collections.abc import Mapping, Sequence

from tests.kafka.answers import (
    client_metrics_talks,
    cluster_talks,
    config_talks,
    fetch_talks,
    frame_talks,
    kept_talks,
    offset_talks,
    parted_talks,
    produce_talks,
    quota_talks,
    resource_talks,
    topic_talks,
)
from tests.kafka.answers.talk import Step

TALKS: Mapping[str, Sequence[Step]] = {
    **topic_talks.TALKS,
    **produce_talks.TALKS,
    **offset_talks.TALKS,
    **fetch_talks.TALKS,
    **parted_talks.TALKS,
    **config_talks.TALKS,
    **kept_talks.TALKS,
    **client_metrics_talks.TALKS,
    **resource_talks.TALKS,
    **cluster_talks.TALKS,
    **quota_talks.TALKS,
    **frame_talks.TALKS,
}
