"""The catalogue of topics as replay changes it."""

import gc
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.broker.catalogue import Catalogue, Topic, deletion_entry, topic_entry
from engine.broker.metadata_entries import Entry, UnknownMetadata, decode_entry, encode_entry
from engine.kernel.ids import BrokerId, TopicId

ONE = (BrokerId(1),)


def topic(name="t", number=1, partitions=(ONE,), configs=None):
    return Topic(name, TopicId(number.to_bytes(16, "big")), tuple(partitions), configs or {})


def replayed(*entries):
    catalogue = Catalogue()
    for entry in entries:
        catalogue.replay(decode_entry(encode_entry(entry)))
    return catalogue


def test_a_topic_is_found_by_name_and_by_id():
    added = topic("orders", 7, [ONE] * 3, {"retention.ms": "5"})
    catalogue = replayed(topic_entry(added))
    assert catalogue.by_name("orders") == added
    assert catalogue.by_id(added.topic_id) == added
    assert catalogue.by_name("Orders") is None
    assert catalogue.partition_count == 3


def test_an_entry_with_a_known_id_replaces_the_topic():
    catalogue = replayed(topic_entry(topic()), topic_entry(topic(partitions=[ONE] * 4)))
    assert len(catalogue) == 1
    assert catalogue.partition_count == 4


def test_a_deleted_topic_is_gone_and_its_name_free_for_another_id():
    catalogue = replayed(
        topic_entry(topic("t", 1)), deletion_entry(topic("t", 1)), topic_entry(topic("t", 2))
    )
    assert catalogue.by_id(topic("t", 1).topic_id) is None
    assert catalogue.by_name("t") == topic("t", 2)
    catalogue.replay(deletion_entry(topic("t", 1)))
    assert catalogue.by_name("t") == topic("t", 2)


def test_ids_of_deleted_topics_do_not_pile_up_once_directories_are_settled():
    """Goal: a broker that makes and deletes topics for a year does not grow by them."""
    catalogue = replayed(topic_entry(topic("t", 1)), deletion_entry(topic("t", 1)))
    assert catalogue.was_deleted(topic("t", 1).topic_id)
    catalogue.settled()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in range(2, 2_000):
            catalogue.replay(topic_entry(topic("t", number)))
            catalogue.replay(deletion_entry(topic("t", number)))
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 10_000


def test_names_that_differ_in_a_period_collide_until_the_topic_is_deleted():
    catalogue = replayed(topic_entry(topic("a.b")))
    assert catalogue.colliding("a_b") == "a.b"
    assert catalogue.colliding("a.b") is None
    catalogue.replay(deletion_entry(topic("a.b")))
    assert catalogue.colliding("a_b") is None


def test_topics_are_listed_by_name():
    catalogue = replayed(*(topic_entry(topic(name, ord(name))) for name in "cab"))
    assert [each.name for each in catalogue.topics()] == ["a", "b", "c"]


def test_every_change_grows_the_version():
    catalogue = Catalogue()
    versions = [catalogue.version]
    for entry in (topic_entry(topic()), deletion_entry(topic())):
        catalogue.replay(entry)
        versions.append(catalogue.version)
    assert versions == sorted(set(versions))


REPLICAS = st.lists(st.integers(0, 5).map(BrokerId), min_size=1, max_size=3).map(tuple)
TOPICS = st.builds(
    topic,
    st.text("abc._", min_size=1, max_size=5),
    st.integers(1, 6),
    st.lists(REPLICAS, min_size=1, max_size=9),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
)


@given(st.lists(st.tuples(st.booleans(), TOPICS), max_size=20))
def test_a_snapshot_leads_to_the_same_catalogue(changes):
    """Method: a history in which each name belongs to one id at a time, against its snapshot."""
    catalogue = Catalogue()
    for is_deletion, changed in changes:
        other = catalogue.by_name(changed.name)
        if other is not None and other.topic_id != changed.topic_id:
            catalogue.replay(deletion_entry(other))
        known = catalogue.by_id(changed.topic_id)
        if known is not None and known.name != changed.name:
            continue
        catalogue.replay(deletion_entry(changed) if is_deletion else topic_entry(changed))
    copy = replayed(*catalogue.snapshot())
    assert copy.topics() == catalogue.topics()
    assert (
        copy.partition_count
        == catalogue.partition_count
        == sum(len(each.partitions) for each in catalogue.topics())
    )


def test_ten_thousand_equal_partitions_take_a_few_bytes():
    assert len(encode_entry(topic_entry(topic(partitions=[ONE] * 10_000)))) < 200


@pytest.mark.parametrize(
    "body",
    [
        {"name": "t", "id": "!", "partitions": [], "configs": {}},
        {"name": "t", "id": "AAAAAAAAAAAAAAAAAAAAAQ", "partitions": 1, "configs": {}},
        {"name": "t", "id": "AAAAAAAAAAAAAAAAAAAAAQ", "partitions": [1], "configs": {}},
    ],
)
def test_a_topic_of_another_form_is_refused(body):
    with pytest.raises(UnknownMetadata):
        Catalogue().replay(Entry("topic", body))
