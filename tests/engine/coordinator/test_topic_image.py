"""The hash of the topics that a group reads, as a real Kafka 4.3 stored it."""

import weakref

from engine.broker.catalogue import Catalogue, Topic, deletion_entry, topic_entry
from engine.coordinator.topic_image import metadata_hash, topic_ids
from engine.kernel.ids import BrokerId, TopicId
from tests.support.changing_topics import ChangingTopics

CLICKS = TopicId(bytes.fromhex("7f832c05a7ca41d5b3a7a9d44ca7a9ca"))
VIEWS = TopicId(bytes.fromhex("41fd360b092f478c9ffde5a5f9660ddd"))
STORED = int.from_bytes(bytes.fromhex("dec5a89b6b7bbac1"), "big", signed=True)


def test_hash_is_the_one_that_kafka_stores() -> None:
    catalogue = Catalogue()
    for name, topic_id, count in (("clicks", CLICKS, 4), ("views", VIEWS, 2)):
        catalogue.replay(topic_entry(Topic(name, topic_id, ((BrokerId(0),),) * count, {})))
    assert metadata_hash(["views", "clicks"], catalogue) == STORED
    assert metadata_hash(["clicks", "views", "gone"], catalogue) == STORED


def test_topics_that_do_not_exist_have_no_hash() -> None:
    assert metadata_hash(["gone"], Catalogue()) == 0


def test_hash_changes_with_every_change_that_matters() -> None:
    topics = ChangingTopics(clicks=1)
    hashes = [metadata_hash(["clicks"], topics.catalogue)]
    topics.grow("clicks", 2)
    hashes.append(metadata_hash(["clicks"], topics.catalogue))
    topics.delete("clicks")
    topics.create("clicks", 2)
    hashes.append(metadata_hash(["clicks"], topics.catalogue))
    assert len(set(hashes)) == 3


class _Name(str):
    """A name whose end can be seen; plain text cannot be referred to weakly."""

    __slots__ = ("__weakref__",)


def test_deleted_topic_leaves_no_hash_behind() -> None:
    catalogue = Catalogue()
    name = _Name("clicks")
    catalogue.replay(topic_entry(Topic(name, CLICKS, ((BrokerId(0),),), {})))
    seen = weakref.ref(name)
    del name
    assert metadata_hash(["clicks"], catalogue) != 0
    assert seen() is not None
    catalogue.replay(deletion_entry(Topic("clicks", CLICKS, (), {})))
    assert seen() is None


def test_ids_are_those_of_the_topics_that_exist() -> None:
    topics = ChangingTopics(clicks=1)
    found = topic_ids(["clicks", "gone"], topics.catalogue)
    assert found == {topics.id_of("clicks")}


def test_only_a_new_topic_moves_the_version_of_creations() -> None:
    topics = ChangingTopics(clicks=1)
    created = topics.catalogue.created_version
    topics.grow("clicks", 2)
    assert topics.catalogue.created_version == created
    topics.create("views")
    assert topics.catalogue.created_version == topics.catalogue.version > created
    topics.delete("views")
    assert topics.catalogue.created_version == topics.catalogue.version - 1
