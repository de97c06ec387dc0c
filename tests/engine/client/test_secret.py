"""Secrets by reference: read anew each time, and never part of what is printed."""

import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from engine.client.secret import (
    CommandSecret,
    EnvironmentSecret,
    FileSecret,
    KeyringSecret,
    Secret,
    SecretMissing,
)
from engine.kernel.limits import SECRET_BYTES_MAX


def test_an_environment_variable_is_read_anew_each_time() -> None:
    environment = {"WORD": "one"}
    secret = EnvironmentSecret("WORD", environment)
    assert secret.read() == "one"
    environment["WORD"] = "two"
    assert secret.read() == "two"


@pytest.mark.parametrize(
    ("environment", "words"),
    [({}, "not set"), ({"WORD": ""}, "empty"), ({"WORD": "hid\udcffden"}, "not UTF-8")],
)
def test_an_environment_variable_that_holds_no_secret(
    environment: dict[str, str], words: str
) -> None:
    with pytest.raises(SecretMissing, match=f"WORD is {words}") as told:
        EnvironmentSecret("WORD", environment).read()
    assert "hid" not in str(told.value)


def test_a_file_is_read_without_its_line_end_and_anew_each_time(tmp_path: Path) -> None:
    file = tmp_path / "word"
    file.write_bytes(b"  one two \r\n")
    assert FileSecret(file).read() == "  one two "
    file.write_text("three")
    assert FileSecret(file).read() == "three"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"\n", "empty"), (b"hid\xff", "not UTF-8"), (b"hid" * 30_000, "longer")],
)
def test_a_file_that_holds_no_secret(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "word"
    file.write_bytes(content)
    with pytest.raises(SecretMissing, match=words) as told:
        FileSecret(file).read()
    assert told.value.__cause__ is None
    assert "hid" not in str(told.value)


def test_a_file_of_the_greatest_length_is_a_secret(tmp_path: Path) -> None:
    file = tmp_path / "word"
    file.write_bytes(b"x" * SECRET_BYTES_MAX)
    assert len(FileSecret(file).read()) == SECRET_BYTES_MAX


def test_a_file_that_is_not_there_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(SecretMissing, match=r"absent cannot be read: No such file"):
        FileSecret(tmp_path / "absent").read()


def test_the_output_of_a_command_is_a_secret() -> None:
    assert CommandSecret((sys.executable, "-c", "print('word')")).read() == "word"


def test_a_command_that_fails_is_told_without_what_it_printed() -> None:
    script = "import sys; print('hidden'); sys.exit(3)"
    with pytest.raises(SecretMissing, match="exit code 3") as told:
        CommandSecret((sys.executable, "-c", script)).read()
    assert "hidden" not in str(told.value)


def test_a_command_that_is_not_there_is_told() -> None:
    with pytest.raises(SecretMissing, match="cannot be run: No such file"):
        CommandSecret(("/no/such/command",)).read()


class Keyring(KeyringBackend):
    """The keyring of a system, with one entry, that can be locked."""

    priority = 1.0
    is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise KeyringLocked("hidden")
        return "word" if (service, username) == ("kafka", "ann") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("a secret is only read")

    def delete_password(self, service: str, username: str) -> None:
        raise AssertionError("a secret is only read")


@pytest.fixture
def ring() -> Iterator[Keyring]:
    before, ring = keyring.get_keyring(), Keyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_an_entry_of_the_keyring_is_a_secret(ring: Keyring) -> None:
    assert KeyringSecret("kafka", "ann").read() == "word"


def test_an_entry_that_is_not_there_is_told(ring: Keyring) -> None:
    with pytest.raises(SecretMissing, match="the keyring's entry kafka/bob does not exist"):
        KeyringSecret("kafka", "bob").read()


def test_a_locked_keyring_is_told(ring: Keyring) -> None:
    ring.is_locked = True
    with pytest.raises(SecretMissing, match="cannot be read: KeyringLocked"):
        KeyringSecret("kafka", "ann").read()


@pytest.mark.parametrize(
    "secret",
    [
        EnvironmentSecret("WORD", {"WORD": "hidden"}),
        CommandSecret(("pass", "--token", "hidden")),
        KeyringSecret("kafka", "ann"),
    ],
)
def test_what_is_printed_is_the_reference(secret: Secret) -> None:
    assert "hidden" not in f"{secret} {secret!r}"
