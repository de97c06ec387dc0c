"""Subscriptions by expression: RE2, whole names, resolved in a turn of their own."""

import pytest

from engine.broker.catalogue import Catalogue, Topic
from engine.coordinator.errors import GroupError, GroupRefusal
from engine.coordinator.group_config import ConsumerGroupConfig
from engine.coordinator.topic_regexes import check_regex, resolve
from tests.support.changing_topics import ChangingTopics
from tests.support.consumer_conversation import (
    HEARTBEAT_MS,
    Newcomer,
    all_places,
    description,
    listed_state,
    settle_members,
)
from tests.support.group_conversation import Conversation

NO_INTERVAL = ConsumerGroupConfig(assignment_interval_ms=0)


class CountedCatalogue(Catalogue):
    """Counts how often a topic is asked for by name."""

    asked = 0

    def by_name(self, name: str) -> Topic | None:
        self.asked += 1
        return super().by_name(name)


def reader_of(regex: str, *topics: str) -> tuple[Conversation, Newcomer]:
    """A member that has heard what its expression matches, in a group that waits for nothing."""
    talk = Conversation(consumer=NO_INTERVAL)
    member = Newcomer(talk, "a", *topics, regex=regex)
    member.join()
    member.beat()
    return talk, member


@pytest.mark.point(92)
@pytest.mark.parametrize(
    ("regex", "reason"),
    [
        ("(", "missing closing )"),
        ("[", "missing closing ]"),
        ("*", "missing argument to repetition operator"),
        ("a**", "invalid nested repetition operator"),
        ("(?P<n", "invalid named capture"),
        ("\\", "trailing backslash at end of expression"),
        ("a{1001}", "invalid repeat count"),
        ("(?=x)", "invalid or unsupported Perl syntax"),
        ("\\1", "invalid escape sequence"),
        ("[z-a]", "invalid character class range"),
    ],
)
def test_invalid_expression_is_refused_in_kafkas_words(regex: str, reason: str) -> None:
    with pytest.raises(GroupRefusal) as refusal:
        check_regex(regex)
    assert refusal.value.error is GroupError.INVALID_REGULAR_EXPRESSION
    assert refusal.value.message == (
        f"SubscribedTopicRegex `{regex}` is not a valid regular expression: {reason}."
    )


def test_expression_that_would_take_for_ever_elsewhere_is_matched_at_once() -> None:
    """Backtracking tries all 2^200 ways; the test's time-out would end it."""
    topics = ChangingTopics()
    topics.create("a" * 200 + "b")
    found = resolve(["(a*)*c"], topics.catalogue, now_ms=5)
    assert found["(a*)*c"].topics == frozenset()


def test_expression_matches_whole_names_of_the_moment() -> None:
    topics = ChangingTopics(clicks=1, click=1, double_clicks=1)
    found = resolve(["clicks?", "(?i)CLICK", "nothing", "("], topics.catalogue, now_ms=5)
    assert {regex: set(each.topics) for regex, each in found.items()} == {
        "clicks?": {"clicks", "click"},
        "(?i)CLICK": {"click"},
        "nothing": set(),
        "(": set(),
    }
    assert {each.version for each in found.values()} == {topics.catalogue.version}
    assert {each.timestamp_ms for each in found.values()} == {5}


def test_member_hears_what_its_expression_matches_with_its_next_heartbeat() -> None:
    talk = Conversation()
    a = Newcomer(talk, "a", regex="cl.*")
    answer = a.join()
    assert (answer.epoch, answer.assignment) == (1, {})
    assert a.beat().epoch == 2
    assert a.assigned == all_places(talk, "clicks")


def test_invalid_expression_leaves_no_group_behind() -> None:
    talk = Conversation()
    answer = Newcomer(talk, "a", regex="(").join()
    assert answer.error is GroupError.INVALID_REGULAR_EXPRESSION
    assert listed_state(talk) is None
    assert talk.journal == []


def test_known_expression_is_not_looked_up_again() -> None:
    talk = Conversation(consumer=NO_INTERVAL)
    a, b = Newcomer(talk, "a", regex="cl.*"), Newcomer(talk, "b", regex="cl.*")
    a.join()
    a.beat()
    epoch = description(talk).epoch
    b.join()
    assert description(talk).epoch == epoch + 1
    settle_members(talk, a, b)
    assert a.owned | b.owned == all_places(talk, "clicks")


def test_new_topic_is_found_but_not_more_often_than_every_ten_seconds() -> None:
    talk, a = reader_of("cl.*")
    talk.topics.create("clocks", 2)
    talk.advance(HEARTBEAT_MS)
    a.beat()
    assert a.assigned == all_places(talk, "clicks")
    talk.advance(HEARTBEAT_MS + 1)
    a.beat()
    a.beat()
    assert a.assigned == all_places(talk, "clicks", "clocks")


def test_new_topic_is_found_after_a_restart() -> None:
    talk, a = reader_of("cl.*")
    talk.topics.create("clocks", 2)
    talk.restart()
    talk.advance(10_001)
    a.beat()
    a.beat()
    assert a.assigned == all_places(talk, "clicks", "clocks")


def test_new_topic_is_found_though_the_clock_was_set_back() -> None:
    talk, a = reader_of("cl.*")
    talk.topics.create("clocks", 2)
    talk.now = talk.now._replace(wall_ms=talk.now.wall_ms - 3_600_000)
    a.beat()
    a.beat()
    assert a.assigned == all_places(talk, "clicks", "clocks")


def test_topic_that_is_gone_is_given_up_before_the_expression_is_looked_up_again() -> None:
    talk, a = reader_of("cl.*|views")
    a.take()
    talk.topics.delete("views")
    talk.advance(1_000)
    a.send()
    assert a.assigned == all_places(talk, "clicks")


def test_expressions_are_looked_up_now_and_then_whatever_happens() -> None:
    talk, a = reader_of("cl.*")
    written = len(talk.journal)
    for _ in range(121):
        talk.advance(HEARTBEAT_MS)
        a.beat()
    new = talk.journal[written:]
    assert len(new) == 1, "the time of the look-up and nothing else"
    assert b"cl.*" in new[0].key


def asked_by_a_look_up(member_count: int) -> int:
    """How often topics are asked for by a look-up that finds what the one before it found."""
    talk = Conversation(consumer=NO_INTERVAL)
    talk.topics.catalogue = catalogue = CountedCatalogue()
    for name in ("clicks", "clocks", "views"):
        talk.topics.create(name)
    talk.restart()
    members = [Newcomer(talk, f"m{index}", regex="cl.*") for index in range(member_count)]
    for each in members:
        each.join()
    settle_members(talk, *members)
    talk.topics.create("orders")
    talk.advance(10_001)
    written = len(talk.journal)
    catalogue.asked = 0
    members[0].beat()
    assert [b"cl.*" in each.key for each in talk.journal[written:]] == [True]
    return catalogue.asked


def test_look_up_asks_for_the_topics_once_for_all_members_with_the_same_expression() -> None:
    assert asked_by_a_look_up(member_count=8) == asked_by_a_look_up(member_count=1)


def test_look_up_that_could_not_be_stored_is_made_up_for() -> None:
    talk, a = reader_of("cl.*")
    talk.topics.create("clocks", 2)
    talk.advance(10_001)
    talk.is_disk_full = True
    a.beat()
    talk.is_disk_full = False
    a.beat()
    a.beat()
    assert a.assigned == all_places(talk, "clicks", "clocks")


def test_names_and_an_expression_add_up() -> None:
    talk, a = reader_of("cl.*", "views")
    assert a.assigned == all_places(talk, "clicks", "views")


def test_member_can_go_from_an_expression_to_names() -> None:
    talk, a = reader_of("cl.*")
    a.take()
    a.beat()
    a.send(topic_regex="", topic_names=["views"])
    a.revoke()
    a.beat()
    assert a.assigned == all_places(talk, "views")
    talk.restart()
    assert not any(
        "cl.*" in str(each.member.metadata.topic_regex) for each in description(talk).members
    )


def test_what_another_expression_without_matches_no_longer_reads_goes_to_who_reads_it() -> None:
    """Differs from Kafka, where nobody gets it: matches that are none begin no epoch there."""
    talk, a = reader_of("cl.*")
    b = Newcomer(talk, "b", "clicks")
    b.join()
    settle_members(talk, a, b)
    assert len(a.owned) == len(b.owned) == 2
    a.regex = "nothing"
    a.tell()
    a.revoke()
    settle_members(talk, a, b)
    assert (a.owned, b.owned) == (frozenset(), all_places(talk, "clicks"))
