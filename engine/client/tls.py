"""TLS as a client sets it up, and what went wrong with it in words that say what to do.

Contexts are made anew for each connection: a certificate that was renewed on disk holds for the
next one. Versions and ciphers are those of the system's OpenSSL, TLS 1.2 at least.
"""

import ssl
from pathlib import Path

from engine.client.secret import SecretMissing
from engine.client.security import Tls
from engine.kernel.errors import EngineError
from engine.kernel.limits import PEM_BYTES_MAX


class TlsUnusable(EngineError):
    """A TLS configuration whose files cannot be used, and why."""


def context_of(tls: Tls) -> ssl.SSLContext:
    """The context for connections of a client. Reads files; raises TlsUnusable."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = tls.checks_hostname
    if tls.ca is not None:
        context = _trusting(tls.ca, checks_hostname=tls.checks_hostname)
    if tls.certificate is not None:
        _show(context, tls, tls.certificate)
    return context


def _trusting(ca: Path, *, checks_hostname: bool) -> ssl.SSLContext:
    """A context that trusts the authorities of one file and no others."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = checks_hostname
    try:
        context.load_verify_locations(ca)
    except ssl.SSLError:
        raise TlsUnusable(f"tls.ca: the file {ca} holds no certificates in PEM form") from None
    except OSError as error:
        raise TlsUnusable(f"tls.ca: the file {ca} cannot be read: {error.strerror}") from None
    return context


def _show(context: ssl.SSLContext, tls: Tls, certificate: Path) -> None:
    """Have a certificate to show to brokers that ask."""
    password = ""
    if tls.key_password is not None:
        try:
            password = tls.key_password.read()
        except SecretMissing as error:
            raise TlsUnusable(f"tls.key_password: {error}") from None
    shown = _content("tls.certificate", certificate)
    key = shown if tls.key is None else _content("tls.key", tls.key)
    try:
        # A password is always given: without one OpenSSL would ask the terminal for it.
        context.load_cert_chain(certificate, tls.key, password=password)
    except (ssl.SSLError, ValueError) as error:
        if getattr(error, "reason", None) == "KEY_VALUES_MISMATCH":
            text = f"tls.key: the key is not that of the certificate {certificate}"
            raise TlsUnusable(text) from None
        raise TlsUnusable(_fault(tls, certificate, shown, key)) from None


def _content(name: str, file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(PEM_BYTES_MAX)
    except OSError as error:
        raise TlsUnusable(f"{name}: the file {file} cannot be read: {error.strerror}") from None


def _fault(tls: Tls, certificate: Path, shown: bytes, key: bytes) -> str:
    """What is wrong with a certificate or its key; OpenSSL does not tell."""
    if b"BEGIN CERTIFICATE" not in shown:
        return f"tls.certificate: the file {certificate} holds no certificate in PEM form"
    keeper = tls.key or certificate
    if b"PRIVATE KEY" not in key:
        return f"tls.key: the file {keeper} holds no private key in PEM form"
    if b"ENCRYPTED" not in key:
        return f"tls.key: the key in the file {keeper} cannot be used"
    if tls.key_password is None:
        return f"tls.key: the key in {keeper} is locked: set tls.key_password"
    return f"tls.key_password: the password in {tls.key_password} does not open {keeper}"


_UNTRUSTED = {7, 18, 19, 20, 21}
"""OpenSSL's X509_V_ERR codes of a chain that leads to nobody who is trusted."""
_EXPIRED, _NOT_YET, _WRONG_HOST, _WRONG_ADDRESS = 10, 9, 62, 64

_ALERTS = (
    ("CERTIFICATE_REQUIRED", "the broker wants a certificate of ours: set tls.certificate"),
    ("BAD_CERTIFICATE", "the broker does not take our certificate: check tls.certificate"),
    ("UNKNOWN_CA", "the broker does not trust who issued our certificate: check tls.certificate"),
    ("CERTIFICATE_UNKNOWN", "the broker does not take our certificate: check tls.certificate"),
    ("CERTIFICATE_EXPIRED", "our certificate has expired: renew tls.certificate"),
    ("HANDSHAKE_FAILURE", "the broker and we have no cipher in common, or it wants a certificate"),
    ("PROTOCOL_VERSION", "the broker speaks only versions of TLS older than 1.2"),
    ("UNSUPPORTED_PROTOCOL", "the broker speaks only versions of TLS older than 1.2"),
    ("WRONG_VERSION_NUMBER", "it answers without TLS: take tls out, or use the port with TLS"),
)


def tls_reason(error: ssl.SSLError) -> str:
    """What went wrong with TLS, and what to do about it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _distrust(error)
    reason = getattr(error, "reason", None) or ""  # absent from an error without a message
    for part, words in _ALERTS:
        if part in reason:
            return words
    return f"TLS failed: {reason.replace('_', ' ').lower() or 'the connection ended'}"


def _distrust(error: ssl.SSLCertVerificationError) -> str:
    words = error.verify_message.rstrip(".")
    code = error.verify_code
    if code in _UNTRUSTED:
        return (
            f"its certificate is not trusted ({words}): "
            "name the file with its authority's certificate as tls.ca"
        )
    if code in (_WRONG_HOST, _WRONG_ADDRESS):
        return (
            f"its certificate is made out to another host ({words}): "
            "use a name that is in it, or set tls.verify_hostname = false"
        )
    if code == _EXPIRED:
        return "its certificate has expired: whoever runs the broker has to renew it"
    if code == _NOT_YET:
        return "its certificate is not valid yet: is the clock of this machine right?"
    return f"its certificate is refused: {words}"
