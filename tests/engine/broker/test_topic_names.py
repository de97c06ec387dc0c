"""Names that topics may have, as Kafka judges them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.broker.topic_names import collision_key, is_internal, name_fault


@pytest.mark.parametrize("name", ["a", "A.b_c-9", "x" * 249, "...", "__consumer_offsets"])
def test_names_that_a_topic_may_have(name):
    assert name_fault(name) is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "Topic name is invalid: the empty string is not allowed"),
        (".", "Topic name is invalid: '.' is not allowed"),
        ("..", "Topic name is invalid: '..' is not allowed"),
        ("a b", "Topic name is invalid: 'a b' contains one or more characters other than ASCII"),
        ("a/b", "contains one or more characters"),
        ("a\0", "contains one or more characters"),
        ("a\n", "contains one or more characters"),
        ("тема", "contains one or more characters"),
        ("x" * 250, "is longer than the max allowed length 249"),
    ],
)
def test_names_that_no_topic_may_have(name, message):
    assert message in str(name_fault(name))


@given(st.text())
def test_no_allowed_name_leaves_its_directory(name):
    if name_fault(name) is None:
        assert "/" not in name
        assert "\0" not in name
        assert name not in ("", ".", "..")


def test_periods_and_underscores_collide():
    assert collision_key("a.b") == collision_key("a_b")
    assert collision_key("a-b") != collision_key("a_b")


def test_only_the_topics_of_the_coordinators_are_internal():
    assert is_internal("__consumer_offsets")
    assert is_internal("__transaction_state")
    assert not is_internal("__mine")
