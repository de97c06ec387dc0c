"""Every error of the client is one of the port's: the reaction decides, and the text is clean."""

import inspect

import pytest

from console.adapters.translation import REASON_CHARACTERS_MAX, asked, ours, theirs, translated
from console.model.names import TopicPartition
from console.port import errors as port
from engine.client import errors as client
from engine.client.errors import refusal
from engine.kernel import ids
from engine.protocol.error_codes import ErrorCode

EXAMPLES: list[tuple[client.ClientError, type[port.ClusterError]]] = [
    (client.Unreachable("kafka", 9092, "refused"), port.Unreachable),
    (client.NotSecured("kafka", 9092, "its certificate is not trusted"), port.NotLetIn),
    (client.NotLoggedIn("kafka", 9092, "the password is wrong"), port.NotLetIn),
    (client.NoSuchNode(3), port.Unreachable),
    (client.MalformedAnswer("kafka", 9092, "it is a web server"), port.Unreachable),
    (client.TimedOut("kafka", 9092, "Metadata", 15), port.TimedOut),
    (client.NotAnswering("broker 3"), port.TimedOut),
    (client.Unsupported("LIST_GROUPS", "too old"), port.NotSupported),
    (client.Unsendable("CREATE_TOPICS", "a lone surrogate"), port.Failed),
    (client.ClientError("?"), port.Failed),
    (refusal(ErrorCode.TOPIC_AUTHORIZATION_FAILED), port.Refused),
    (refusal(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION), port.NotFound),
    (refusal(ErrorCode.GROUP_ID_NOT_FOUND), port.NotFound),
    (refusal(ErrorCode.TOPIC_ALREADY_EXISTS), port.AlreadyExists),
    (refusal(ErrorCode.NON_EMPTY_GROUP), port.GroupIsActive),
    (refusal(ErrorCode.UNKNOWN_MEMBER_ID), port.GroupIsActive),
    (refusal(ErrorCode.UNSUPPORTED_VERSION), port.NotSupported),
    (refusal(ErrorCode.LEADER_NOT_AVAILABLE), port.Failed),
    (refusal(ErrorCode.BROKER_NOT_AVAILABLE), port.Failed),
    (refusal(ErrorCode.INVALID_PARTITIONS), port.Rejected),
    (client.RecordsRefused(ErrorCode.INVALID_RECORD, "no key", {0: "no key"}), port.Rejected),
]


@pytest.mark.parametrize(("error", "kind"), EXAMPLES, ids=lambda each: getattr(each, "args", each))
def test_an_error_is_that_of_the_reaction(
    error: client.ClientError, kind: type[port.ClusterError]
) -> None:
    assert type(translated(error)) is kind


def test_every_class_of_the_client_has_an_example() -> None:
    classes = {
        kind
        for _, kind in inspect.getmembers(client, inspect.isclass)
        if issubclass(kind, client.ClientError)
    }
    assert classes == {type(error) for error, _ in EXAMPLES}


def test_standing_words_of_kafka_are_those_of_people_and_what_a_broker_says_itself_stays() -> None:
    code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    assert translated(refusal(code)).reason == "there is no such topic or partition"
    assert translated(refusal(code, "Topic orders is being deleted.")).reason == (
        "Topic orders is being deleted"
    )


@pytest.mark.parametrize("code", [code for code in ErrorCode if code is not ErrorCode.NONE])
def test_every_code_of_the_protocol_has_a_reason_for_people(code: ErrorCode) -> None:
    error = translated(refusal(code))
    assert error.reason
    assert not error.reason.endswith(".")
    if isinstance(error, port.Failed | port.Rejected):
        assert error.code == code.name


def test_the_words_of_a_broker_are_cleaned_and_cut() -> None:
    error = translated(refusal(ErrorCode.INVALID_CONFIG, "\x1b[2J[bold]" + "x" * 9000))
    assert "\x1b" not in error.reason
    assert len(error.reason) <= REASON_CHARACTERS_MAX


async def test_what_is_asked_raises_the_errors_of_the_port() -> None:
    async def answer() -> int:
        return 7

    async def fail() -> int:
        raise client.TimedOut("kafka", 9092, "Metadata", 15)

    assert await asked(answer()) == 7
    with pytest.raises(port.TimedOut, match="did not answer"):
        await asked(fail())


def test_names_of_partitions_go_both_ways() -> None:
    assert ours(ids.TopicPartition("orders", 3)) == TopicPartition("orders", 3)
    assert theirs([TopicPartition("orders", 3)]) == [ids.TopicPartition("orders", 3)]


@pytest.mark.parametrize(
    ("error", "may_be_done"),
    [
        (client.Unreachable("kafka", 9092, "refused"), False),
        (client.Unreachable("kafka", 9092, "closed", was_sent=True), True),
        (client.MalformedAnswer("kafka", 9092, "it is cut"), True),
        (client.TimedOut("kafka", 9092, "DeleteTopics", 15), True),
        (client.NoSuchNode(3), False),
        (refusal(ErrorCode.INVALID_PARTITIONS), False),
    ],
    ids=lambda each: getattr(each, "args", each),
)
def test_a_change_may_be_done_where_the_request_went_out_and_no_answer_came(
    error: client.ClientError, *, may_be_done: bool
) -> None:
    found = translated(error)
    assert found.may_be_done is may_be_done
    assert found.of_change.endswith("it may have been done") is may_be_done
