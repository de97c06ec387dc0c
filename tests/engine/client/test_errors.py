"""Errors: a class for each reaction, the broker's own words where it has any."""

from engine.client.errors import BrokerError, Refused, refusal
from engine.protocol.error_codes import ErrorCode


def test_authorisation_is_a_refusal_of_its_own_class() -> None:
    assert isinstance(refusal(ErrorCode.TOPIC_AUTHORIZATION_FAILED), Refused)
    assert type(refusal(ErrorCode.INVALID_CONFIG)) is BrokerError


def test_the_brokers_words_come_before_ours() -> None:
    assert refusal(40, "retention.ms must be a number").message == "retention.ms must be a number"
    assert refusal(40, None).message == ErrorCode.INVALID_CONFIG.message
    assert refusal(40, "").message == ErrorCode.INVALID_CONFIG.message


def test_a_code_without_a_name_is_told_by_its_number() -> None:
    assert "31000" in str(refusal(31_000))
    assert refusal(31_000).code is ErrorCode.UNKNOWN_SERVER_ERROR


def test_what_may_pass_says_so() -> None:
    assert refusal(ErrorCode.NOT_LEADER_OR_FOLLOWER).is_retriable
    assert not refusal(ErrorCode.INVALID_CONFIG).is_retriable
