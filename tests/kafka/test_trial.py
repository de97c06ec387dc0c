"""Trying a cluster, on real Kafkas: what it tells when it can be had, and when it cannot."""

import os
from pathlib import Path

import pytest

from console.adapters.trial import tried
from console.cluster_ways import profile_way
from console.port.cluster import NewTopic, Reads, Writes
from console.port.errors import Refused
from console.saved_clusters import profile_of
from console.settings import Settings
from engine.client.kafka import KafkaClient
from engine.config.load import parse
from engine.kernel.system import SystemClock, SystemEntropy
from tests.kafka.conftest import Secured
from tests.peers.secure_kafka import GUEST, PASSWORD, USER

pytestmark = [pytest.mark.needs("apache-kafka"), pytest.mark.timeout(180)]


def unrecorded(writes: Writes, reads: Reads, name: str) -> Writes:
    """Changes of which nobody is told."""
    return writes


def config(secured: Secured, listener: str, ca: Path) -> str:
    return f"""
        [clusters.safe]
        bootstrap = "{secured.at(listener)}"
        tls.ca = "{ca}"
        sasl.mechanism = "SCRAM-SHA-512"
        sasl.username = "{USER}"
        sasl.password = {{ env = "KAFKA_PASSWORD" }}
    """


async def test_an_open_cluster_says_what_it_offers_and_allows(secured: Secured) -> None:
    """Who comes without a log-in is a super user there."""
    at = str(secured.at("PLAINTEXT"))
    client = KafkaClient.of(at, clock=SystemClock(), entropy=SystemEntropy())
    trial = await tried(client, SystemClock())
    assert trial.failure == ""
    assert trial.brokers == 1
    assert trial.answered_ms > 0
    assert trial.offered.creates_topics
    assert trial.offered.mode == "KRaft"
    assert trial.rights is not None
    assert "create topics" in trial.rights
    assert trial.missing == ()


async def test_a_saved_cluster_is_tried_by_its_own_way(
    secured: Secured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_PASSWORD", PASSWORD)
    document = parse(config(secured, "SAFE", secured.authority.ca), file="config.toml")
    way = profile_way(profile_of(document, "safe"), Settings(), unrecorded)
    assert way.saved.protection == "TLS, SCRAM-SHA-512"
    assert (await way.tried()).failure == ""
    monkeypatch.setitem(os.environ, "KAFKA_PASSWORD", "mistaken")
    failure = (await way.tried()).failure
    assert "SCRAM-SHA-512 as 'ann'" in failure
    assert "mistaken" not in failure


async def test_a_user_without_rights_is_told_which_are_missing(
    secured: Secured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_PASSWORD", PASSWORD)
    text = config(secured, "SAFE", secured.authority.ca)
    text = text.replace("SCRAM-SHA-512", "PLAIN").replace(f'"{USER}"', f'"{GUEST}"')
    way = profile_way(profile_of(parse(text, file="config.toml"), "safe"), Settings(), unrecorded)
    trial = await way.tried()
    assert trial.failure == ""
    assert trial.rights == ()
    assert "create topics" in trial.missing
    opened = way.open()
    with pytest.raises(Refused):
        await opened.writes.create_topic(NewTopic("orders.unwanted", 1))
    opened.close()


async def test_a_cluster_that_cannot_be_had_says_why(secured: Secured) -> None:
    document = parse(config(secured, "OPEN", secured.authority.ca), file="config.toml")
    trial = await profile_way(profile_of(document, "safe"), Settings(), unrecorded).tried()
    assert "answers without TLS" in trial.failure
