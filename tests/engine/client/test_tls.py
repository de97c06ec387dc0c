"""TLS as it is set up from files, and every way in which they can be wrong."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.client.secret import EnvironmentSecret
from engine.client.security import Tls
from engine.client.tls import TlsUnusable, context_of, tls_reason
from tests.support.certificates import Authority, Issued

WORD = EnvironmentSecret("WORD", {"WORD": "hidden"})
WRONG = EnvironmentSecret("WORD", {"WORD": "mistaken"})


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def own(authority: Authority) -> Issued:
    return authority.issue("own")


@pytest.fixture(scope="module")
def locked(authority: Authority) -> Issued:
    return authority.issue("locked", password="hidden")


def test_without_a_file_the_authorities_of_the_system_are_trusted() -> None:
    context = context_of(Tls())
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_with_a_file_its_authorities_alone_are_trusted(authority: Authority) -> None:
    context = context_of(Tls(authority.ca, checks_hostname=False))
    assert len(context.get_ca_certs()) == 1
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert not context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_a_certificate_and_its_key_may_be_in_one_file(authority: Authority, own: Issued) -> None:
    assert context_of(Tls(authority.ca, own.both)).get_ca_certs()
    assert context_of(Tls(authority.ca, own.certificate, own.key)).get_ca_certs()


def test_a_locked_key_is_opened(authority: Authority, locked: Issued) -> None:
    tls = Tls(authority.ca, locked.certificate, locked.key, WORD)
    assert context_of(tls).get_ca_certs()


FAULTS: dict[str, tuple[Callable[[Path, Authority, Issued, Issued], Tls], str]] = {
    "no such authority": (lambda at, ca, own, locked: Tls(at / "none"), r"tls\.ca: .*No such file"),
    "no authority": (lambda at, ca, own, locked: Tls(at), r"tls\.ca: .*PEM form"),
    "no such certificate": (
        lambda at, ca, own, locked: Tls(ca.ca, at / "none"),
        r"tls\.certificate: .*No such file",
    ),
    "no such key": (
        lambda at, ca, own, locked: Tls(ca.ca, own.certificate, at / "none"),
        r"tls\.key: .*No such file",
    ),
    "another's key": (
        lambda at, ca, own, locked: Tls(ca.ca, own.certificate, ca.issue("other").key),
        "the key is not that of the certificate",
    ),
    "no certificate": (lambda at, ca, own, locked: Tls(ca.ca, at), "holds no certificate in PEM"),
    "no key": (
        lambda at, ca, own, locked: Tls(ca.ca, own.certificate),
        r"tls\.key: .*holds no private key",
    ),
    "no password": (
        lambda at, ca, own, locked: Tls(ca.ca, locked.certificate, locked.key),
        r"set tls\.key_password",
    ),
    "a wrong password": (
        lambda at, ca, own, locked: Tls(ca.ca, locked.certificate, locked.key, WRONG),
        r"tls\.key_password: the password in .*WORD does not open",
    ),
    "a missing password": (
        lambda at, ca, own, locked: Tls(
            ca.ca, locked.certificate, locked.key, EnvironmentSecret("WORD", {})
        ),
        r"tls\.key_password: the environment variable WORD is not set",
    ),
}


@pytest.mark.parametrize(("make", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_a_file_that_is_wrong_is_told_with_its_key(
    make: Callable[[Path, Authority, Issued, Issued], Tls],
    words: str,
    authority: Authority,
    own: Issued,
    locked: Issued,
    tmp_path: Path,
) -> None:
    at = tmp_path
    if make in (FAULTS["no authority"][0], FAULTS["no certificate"][0]):
        at = tmp_path / "garbage"
        at.write_text("no certificate")
    with pytest.raises(TlsUnusable, match=words) as told:
        context_of(make(at, authority, own, locked))
    assert "mistaken" not in str(told.value)


def test_an_error_without_a_reason_has_words_all_the_same() -> None:
    assert tls_reason(ssl.SSLError()) == "TLS failed: the connection ended"
