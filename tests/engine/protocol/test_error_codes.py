"""The error codes against an independent list."""

from kio.schema.errors import ErrorCode as KioErrorCode

from engine.protocol.error_codes import ErrorCode, error_code


def test_numbers_names_and_retriability_are_kafkas() -> None:
    ours = {code.value: (code.name, code.retriable) for code in ErrorCode}
    theirs = {int(code): (code.name.upper(), code.retriable) for code in KioErrorCode}
    assert ours == theirs


def test_every_code_has_a_sentence_of_its_own() -> None:
    messages = [code.message for code in ErrorCode]
    assert len(set(messages)) == len(messages)
    assert all(message.endswith(".") for message in messages)


def test_a_number_without_a_name_is_an_unknown_error() -> None:
    assert error_code(6) is ErrorCode.NOT_LEADER_OR_FOLLOWER
    assert error_code(31_000) is ErrorCode.UNKNOWN_SERVER_ERROR
