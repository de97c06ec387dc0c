"""A connection comes into being: safely, or not at all and with the reason."""

import datetime
import ssl
from pathlib import Path

import pytest

from engine.client.errors import NotSecured, Unreachable
from engine.client.opening import open_connection
from engine.client.secret import EnvironmentSecret
from engine.client.security import Plain, Security, Tls
from engine.client.settings import ClientSettings
from engine.protocol.messages.api_versions import ApiVersionsRequest
from engine.protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from engine.protocol.messages.sasl_authenticate import SaslAuthenticateRequest
from tests.support.certificates import Authority, Issued
from tests.support.scripted_broker import Bytes, Drop, ScriptedBroker

HOST = ["127.0.0.1"]
LONG_AGO = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def settings(tls: Tls | None) -> ClientSettings:
    return ClientSettings(connect_timeout_s=30.0, security=Security(tls))


def serving(issued: Issued, *, clients_of: Path | None = None) -> ScriptedBroker:
    """A broker with TLS; it wants certificates of the authority `clients_of`, if there is one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.both)
    if clients_of is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients_of)
    return ScriptedBroker({HeartbeatRequest: HeartbeatResponse()}, tls=context)


async def used(broker: ScriptedBroker, tls: Tls | None) -> None:
    """Open a connection, ask once, close it."""
    connection = await open_connection(broker.endpoint, settings(tls))
    await connection.request(HeartbeatRequest("g", 1), HeartbeatResponse)
    connection.close()


async def test_a_trusted_broker_is_talked_to(authority: Authority) -> None:
    async with serving(authority.issue("broker", HOST)) as broker:
        await used(broker, Tls(authority.ca))
    assert len(broker.requests(HeartbeatRequest)) == 1


async def test_nothing_is_said_to_a_broker_that_is_not_trusted(
    authority: Authority, tmp_path: Path
) -> None:
    login = Plain("ann", EnvironmentSecret("WORD", {"WORD": "hidden"}))
    other = Authority(tmp_path, "others")
    async with serving(authority.issue("broker", HOST)) as broker:
        for tls in (Tls(), Tls(other.ca)):
            with pytest.raises(NotSecured, match=r"not trusted .*tls\.ca"):
                await open_connection(
                    broker.endpoint, ClientSettings(security=Security(tls, login))
                )
    assert not broker.requests(ApiVersionsRequest)
    assert not broker.requests(SaslAuthenticateRequest)


async def test_a_certificate_for_another_host_is_not_taken(authority: Authority) -> None:
    async with serving(authority.issue("elsewhere", ["elsewhere.test"])) as broker:
        with pytest.raises(NotSecured, match=r"another host .*tls\.verify_hostname = false"):
            await used(broker, Tls(authority.ca))
        await used(broker, Tls(authority.ca, checks_hostname=False))


async def test_a_certificate_that_has_expired_is_not_taken(authority: Authority) -> None:
    async with serving(authority.issue("expired", HOST, until=LONG_AGO)) as broker:
        with pytest.raises(NotSecured, match="has expired: whoever runs the broker"):
            await used(broker, Tls(authority.ca, checks_hostname=False))


async def test_a_broker_that_wants_to_know_us_is_shown_our_certificate(
    authority: Authority,
) -> None:
    own = authority.issue("own")
    broker = serving(authority.issue("broker", HOST), clients_of=authority.ca)
    async with broker:
        await used(broker, Tls(authority.ca, own.certificate, own.key))
        with pytest.raises(NotSecured, match=r"tls\.certificate"):
            await used(broker, Tls(authority.ca))


async def test_a_port_with_tls_is_told_to_a_client_without(authority: Authority) -> None:
    async with serving(authority.issue("broker", HOST)) as broker:
        with pytest.raises(NotSecured, match=r"speaks TLS only: set tls\.enabled"):
            await used(broker, None)


async def test_a_port_without_tls_is_told_to_a_client_with(authority: Authority) -> None:
    async with ScriptedBroker() as broker:
        with pytest.raises(NotSecured, match="answers without TLS: take tls out"):
            await used(broker, Tls(authority.ca))


async def test_a_broker_that_says_nothing_is_no_matter_of_tls(authority: Authority) -> None:
    async with ScriptedBroker({ApiVersionsRequest: Drop()}) as broker:
        with pytest.raises(Unreachable, match="closed the connection") as told:
            await used(broker, None)
        assert not isinstance(told.value, NotSecured)
        with pytest.raises(NotSecured, match="ended the connection while TLS began"):
            await used(broker, Tls(authority.ca))


async def test_something_else_that_has_no_tls_is_not_taken_for_a_broker(
    authority: Authority,
) -> None:
    async with ScriptedBroker({ApiVersionsRequest: Bytes(b"HTTP/1.1 400 Bad\r\n\r\n")}) as broker:
        with pytest.raises(NotSecured, match="ended the connection while TLS began"):
            await used(broker, Tls(authority.ca))


async def test_a_configuration_of_tls_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    async with ScriptedBroker() as broker:
        with pytest.raises(NotSecured, match=r"tls\.ca: the file .*absent cannot be read"):
            await used(broker, Tls(tmp_path / "absent"))
    assert broker.connections == 0


async def test_a_log_in_that_is_missing_is_told_at_the_first_request() -> None:
    async with ScriptedBroker({HeartbeatRequest: Drop()}) as broker:
        with pytest.raises(Unreachable, match=r"does it want a log-in \(sasl\.mechanism\)"):
            await used(broker, None)
