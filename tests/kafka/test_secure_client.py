"""Our client at every kind of listener of a real Apache Kafka: let in, and kept out with a reason.

Each refusal is checked for what it tells: what happened, to what, and what to do.
"""

import os

import pytest

from engine.client.connection import Connection, Endpoint
from engine.client.errors import NotLoggedIn, NotSecured, Unreachable
from engine.client.kafka import KafkaClient
from engine.client.opening import open_connection
from engine.client.secret import EnvironmentSecret
from engine.client.security import (
    SCRAM_NAMES,
    OauthBearer,
    Plain,
    Sasl,
    Scram,
    ScramName,
    Security,
    Tls,
)
from engine.client.settings import ClientSettings
from engine.client.token_endpoint import TokenEndpoint
from engine.kernel.system import SystemClock, SystemEntropy
from engine.protocol.messages.metadata import MetadataRequest, MetadataResponse
from tests.kafka.conftest import Secured
from tests.peers.secure_kafka import PASSWORD, USER, unsecured_token
from tests.support.certificates import Authority
from tests.support.token_server import endpoint

pytestmark = [pytest.mark.needs("apache-kafka"), pytest.mark.timeout(180)]


def secret(text: str) -> EnvironmentSecret:
    return EnvironmentSecret("THE_SECRET", {"THE_SECRET": text})


def sasl(mechanism: str, password: str = PASSWORD, username: str = USER) -> Sasl:
    if mechanism == "PLAIN":
        return Plain(username, secret(password))
    if mechanism == "OAUTHBEARER":
        now_s = SystemClock().wall_ms() // 1000
        expires_s = now_s + 60 if password == PASSWORD else now_s - 3600
        token = unsecured_token(username, issued_s=expires_s - 60, expires_s=expires_s)
        return OauthBearer(secret(token))
    name: ScramName = "SCRAM-SHA-256" if mechanism == "SCRAM-SHA-256" else "SCRAM-SHA-512"
    return Scram(name, username, secret(password), lambda: os.urandom(24))


async def connected(endpoint: Endpoint, tls: Tls | None, login: Sasl | None = None) -> Connection:
    return await open_connection(endpoint, ClientSettings(security=Security(tls, login)))


async def used(connection: Connection) -> int:
    """How many brokers the cluster says to have; the connection is closed."""
    answer = await connection.request(MetadataRequest(topics=[]), MetadataResponse)
    connection.close()
    return len(answer.brokers)


MECHANISMS = ["PLAIN", *SCRAM_NAMES, "OAUTHBEARER"]


@pytest.mark.parametrize("listener", ["OPEN", "SAFE"])
@pytest.mark.parametrize("mechanism", MECHANISMS)
async def test_every_mechanism_lets_in(secured: Secured, listener: str, mechanism: str) -> None:
    tls = Tls(secured.authority.ca) if listener == "SAFE" else None
    assert await used(await connected(secured.at(listener), tls, sasl(mechanism))) == 1


@pytest.mark.parametrize("mechanism", MECHANISMS)
async def test_a_wrong_secret_is_told_with_where_it_is_kept(
    secured: Secured, mechanism: str
) -> None:
    with pytest.raises(NotLoggedIn) as told:
        await connected(secured.at("OPEN"), None, sasl(mechanism, "wrong-one"))
    text = str(told.value)
    assert mechanism in text
    assert "THE_SECRET" in text
    assert "wrong-one" not in text
    assert "cluster" not in text or "uthentication" in text


@pytest.mark.parametrize("mechanism", ["PLAIN", *SCRAM_NAMES])
async def test_an_unknown_user_is_told_by_name(secured: Secured, mechanism: str) -> None:
    with pytest.raises(NotLoggedIn, match=f"{mechanism} as 'nobody'"):
        await connected(secured.at("OPEN"), None, sasl(mechanism, PASSWORD, "nobody"))


async def test_a_mechanism_that_is_not_offered_is_told_with_those_that_are(
    secured: Secured,
) -> None:
    with pytest.raises(NotLoggedIn, match=r"PLAIN is not among .*set sasl.mechanism to SCRAM-SHA"):
        await connected(secured.at("SCRAM"), None, sasl("PLAIN"))


async def test_a_log_in_where_none_is_taken_is_told(secured: Secured) -> None:
    with pytest.raises(NotLoggedIn, match="takes no log-in: take sasl out"):
        await connected(secured.at("PLAINTEXT"), None, sasl("PLAIN"))


async def test_a_missing_log_in_is_told_at_the_first_request(secured: Secured) -> None:
    with pytest.raises(Unreachable, match="does it want a log-in"):
        await used(await connected(secured.at("OPEN"), None))


async def test_a_trusted_broker_is_talked_to(secured: Secured) -> None:
    assert await used(await connected(secured.at("TLS"), Tls(secured.authority.ca))) == 1


async def test_a_broker_of_an_unknown_authority_is_not_trusted(secured: Secured) -> None:
    other = Authority(secured.folder / "other")
    for tls in (Tls(other.ca), Tls()):
        with pytest.raises(NotSecured, match=r"not trusted .*tls\.ca"):
            await connected(secured.at("TLS"), tls)


async def test_another_hosts_certificate_is_told_and_can_be_allowed(secured: Secured) -> None:
    ca = secured.authority.ca
    with pytest.raises(NotSecured, match=r"another host .*tls\.verify_hostname"):
        await connected(secured.at("TLS", "localhost"), Tls(ca))
    lenient = Tls(ca, checks_hostname=False)
    assert await used(await connected(secured.at("TLS", "localhost"), lenient)) == 1


@pytest.mark.parametrize("password", [None, "locked"])
async def test_mutual_tls_lets_in(secured: Secured, password: str | None) -> None:
    own = secured.authority.issue(f"client-{password}", password=password)
    unlocked = None if password is None else secret(password)
    tls = Tls(secured.authority.ca, own.certificate, own.key, unlocked)
    assert await used(await connected(secured.at("MUTUAL"), tls)) == 1


async def test_a_missing_certificate_is_told(secured: Secured) -> None:
    with pytest.raises(NotSecured, match=r"certificate.*tls\.certificate"):
        await used(await connected(secured.at("MUTUAL"), Tls(secured.authority.ca)))


async def test_a_certificate_of_another_authority_is_told(secured: Secured) -> None:
    own = Authority(secured.folder / "foreign").issue("stranger")
    tls = Tls(secured.authority.ca, own.certificate, own.key)
    with pytest.raises(NotSecured, match=r"our certificate.*tls\.certificate"):
        await used(await connected(secured.at("MUTUAL"), tls))


async def test_plain_text_at_a_port_with_tls_is_told(secured: Secured) -> None:
    for listener in ("TLS", "MUTUAL", "SAFE"):
        with pytest.raises(NotSecured, match="speaks TLS only"):
            await connected(secured.at(listener), None)


async def test_tls_at_a_port_without_it_is_told(secured: Secured) -> None:
    for listener in ("PLAINTEXT", "OPEN"):
        with pytest.raises(NotSecured, match="answers without TLS"):
            await connected(secured.at(listener), Tls(secured.authority.ca))


async def test_a_session_is_renewed_while_it_is_used(secured: Secured) -> None:
    """Method: count the nonces drawn, one a log-in, and ask until there were three."""
    drawn: list[bytes] = []

    def nonce() -> bytes:
        drawn.append(os.urandom(24))
        return drawn[-1]

    login = Scram("SCRAM-SHA-512", USER, secret(PASSWORD), nonce)
    connection = await connected(secured.at("SAFE"), Tls(secured.authority.ca), login)
    asked = 0
    while len(drawn) < 3:
        await connection.request(MetadataRequest(topics=[]), MetadataResponse)
        asked += 1
    assert connection.is_open
    assert asked > len(drawn)
    connection.close()


async def test_a_token_from_an_endpoint_lets_in(secured: Secured) -> None:
    now_s = SystemClock().wall_ms() // 1000
    token = unsecured_token(USER, issued_s=now_s - 60, expires_s=now_s + 60)
    with endpoint({"access_token": token, "expires_in": 60}) as told:
        source = TokenEndpoint(told.url, "me", secret("word"), SystemClock())
        login = OauthBearer(source, {"traceId": "one"})
        tls = Tls(secured.authority.ca)
        assert await used(await connected(secured.at("SAFE"), tls, login)) == 1
        assert await used(await connected(secured.at("OPEN"), None, login)) == 1
        assert len(told.asked) == 1


async def test_an_endpoint_that_refuses_is_told(secured: Secured) -> None:
    with endpoint({"error": "invalid_client"}, status=401) as told:
        source = TokenEndpoint(told.url, "me", secret("word"), SystemClock())
        with pytest.raises(NotLoggedIn, match=r"token endpoint .* answers 401 \(invalid_client\)"):
            await connected(secured.at("OPEN"), None, OauthBearer(source))


async def test_the_whole_client_works_through_tls_and_a_log_in(secured: Secured) -> None:
    security = Security(Tls(secured.authority.ca), sasl("SCRAM-SHA-256"))
    async with KafkaClient(
        [secured.at("SAFE")],
        clock=SystemClock(),
        entropy=SystemEntropy(),
        settings=ClientSettings(security=security),
    ) as client:
        described = await client.nodes.describe()
        assert [node.port for node in described.nodes.values()] == [secured.at("SAFE").port]
