"""References to secrets as the configuration writes them; secrets themselves are refused."""

from pathlib import Path

import pytest

from console.secret_references import Outside, SecretReader, WrongReference, missing_secrets
from engine.client.secret import CommandSecret, EnvironmentSecret, FileSecret, KeyringSecret
from engine.client.token_endpoint import TokenEndpoint
from tests.support.clock import FakeClock

ENVIRONMENT = {"WORD": "hidden"}
OUTSIDE = Outside(ENVIRONMENT, FakeClock(), lambda: b"nonce")
READER = SecretReader(OUTSIDE, lambda text: Path("/etc/kconsole") / text)
URL = "https://login.example/token"


@pytest.mark.parametrize(
    ("given", "secret"),
    [
        ({"env": "WORD"}, EnvironmentSecret("WORD", ENVIRONMENT)),
        ({"file": "word"}, FileSecret(Path("/etc/kconsole/word"))),
        ({"keyring": "a/kafka/ann"}, KeyringSecret("a/kafka", "ann")),
        ({"command": ["pass", "kafka"]}, CommandSecret(("pass", "kafka"))),
    ],
)
def test_a_secret_is_where_the_file_says(given: object, secret: object) -> None:
    assert READER.secret(given) == secret
    assert READER.token(given) == secret


def test_only_what_cannot_be_read_is_missing_and_no_command_is_run(tmp_path: Path) -> None:
    there = tmp_path / "word"
    there.write_text("hidden\n")
    endpoint = {"endpoint": URL, "client_id": "me", "client_secret": {"env": "NONE"}}
    secrets = {
        "there": READER.secret({"env": "WORD"}),
        "file": READER.secret({"file": str(there)}),
        "command": READER.secret({"command": ["touch", str(tmp_path / "was-run")]}),
        "unset": READER.secret({"env": "NONE"}),
        "gone": READER.secret({"file": "gone"}),
        "token": READER.token(endpoint),
    }
    assert {each.key: str(each) for each in missing_secrets(secrets)} == {
        "unset": "the environment variable NONE is not set; set it and start kconsole again, or "
        "name another place",
        "gone": "the file /etc/kconsole/gone cannot be read: No such file or directory; put it "
        "there, or name another place",
        "token": "the environment variable NONE is not set; set it and start kconsole again, or "
        "name another place",
    }
    assert not (tmp_path / "was-run").exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("hidden", "not written into the file"),
        (7, "not written into the file"),
        ({}, "expected one of env, file, keyring, command"),
        ({"env": "WORD", "file": "word"}, "expected one of"),
        ({"password": "hidden"}, "expected one of"),
        ({"env": ""}, "env: expected text"),
        ({"file": 7}, "file: expected text"),
        ({"keyring": "hidden"}, 'keyring: expected "SERVICE/USER"'),
        ({"keyring": "/ann"}, "SERVICE/USER"),
        ({"command": "pass hidden"}, "command: expected a list"),
        ({"command": []}, "command: expected a list"),
        ({"command": ["pass", 7]}, "command: expected a list"),
    ],
)
def test_what_is_no_reference_is_told_and_not_repeated(given: object, words: str) -> None:
    with pytest.raises(WrongReference, match=words) as told:
        READER.secret(given)
    assert "hidden" not in str(told.value)


def test_a_token_may_come_from_an_endpoint() -> None:
    secret = {"env": "WORD"}
    given = {"endpoint": URL, "client_id": "me", "client_secret": secret, "scope": "a b", "ca": "c"}
    wanted = TokenEndpoint(
        URL,
        "me",
        EnvironmentSecret("WORD", ENVIRONMENT),
        OUTSIDE.clock,
        "a b",
        Path("/etc/kconsole/c"),
    )
    assert READER.token(given) == wanted


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"endpoint": "http://login.example/token"}, "https"),
        ({"endpoint": "https://me:hidden@login.example"}, "without a name or password"),
        ({"client_secret": "hidden"}, "not written into the file"),
        ({"client_secret": None}, "not written into the file"),
        ({"client_id": 7}, "client_id: expected text"),
        ({"client_sceret": "hidden"}, "client_sceret does not go with an endpoint"),
    ],
)
def test_an_endpoint_that_is_wrong_is_told(change: dict[str, object], words: str) -> None:
    given = {"endpoint": URL, "client_id": "me", "client_secret": {"env": "WORD"}, **change}
    with pytest.raises(WrongReference, match=words) as told:
        READER.token(given)
    assert "hidden" not in str(told.value)


def test_an_endpoint_without_a_secret_is_told() -> None:
    with pytest.raises(WrongReference, match="needs client_id and client_secret"):
        READER.token({"endpoint": URL, "client_id": "me"})
