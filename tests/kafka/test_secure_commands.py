"""The commands for scripts on a secured real Kafka, by the name of a saved cluster."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from console.cli import main
from tests.kafka.conftest import Secured
from tests.peers.secure_kafka import PASSWORD, USER

pytestmark = [pytest.mark.needs("apache-kafka"), pytest.mark.timeout(180)]


@pytest.fixture
def config(secured: Secured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that names the cluster twice: as `safe`, and as `look` to look at only."""
    monkeypatch.setenv("KAFKA_PASSWORD", PASSWORD)
    table = f"""
        bootstrap = "{secured.at("SAFE")}"
        tls.ca = "{secured.authority.ca}"
        sasl.mechanism = "SCRAM-SHA-256"
        sasl.username = "{USER}"
        sasl.password = {{ env = "KAFKA_PASSWORD" }}
    """
    file = tmp_path / "config.toml"
    file.write_text(f"[clusters.safe]\n{table}\n[clusters.look]\nread_only = true\n{table}")
    return file


def run(config: Path, *arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(main, ["--config", str(config), *arguments], input=stdin)


def test_a_saved_cluster_is_written_and_read_by_name(config: Path) -> None:
    safe = ("--bootstrap", "safe")
    made = run(config, *safe, "produce", "orders", "--create", stdin="one\ntwo\n")
    assert (made.exit_code, made.stderr) == (0, "2 records stored in orders\n")
    read = run(config, *safe, "consume", "orders", "--exit")
    assert (read.exit_code, read.stdout.split()) == (0, ["one", "two"])
    topics = json.loads(run(config, *safe, "get", "topics", "-o", "json").stdout)
    assert "orders" in [topic["topic"] for topic in topics]


def test_a_cluster_to_look_at_is_read_and_not_written(config: Path) -> None:
    look = ("--bootstrap", "look")
    read = run(config, *look, "get", "brokers", "-o", "json")
    assert (read.exit_code, len(json.loads(read.stdout))) == (0, 1)
    made = run(config, *look, "produce", "unwanted", "--create", stdin="one\n")
    assert made.exit_code == 1
    assert "read_only" in made.stderr
    topics = json.loads(run(config, *look, "get", "topics", "-o", "json").stdout)
    assert "unwanted" not in [topic["topic"] for topic in topics]


def test_a_refused_log_in_is_one_line_without_the_password(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_PASSWORD", "mistaken")
    read = run(config, "--bootstrap", "safe", "get", "topics")
    assert read.exit_code == 1
    assert "did not log us in: SCRAM-SHA-256 as 'ann'" in read.stderr
    assert "the environment variable KAFKA_PASSWORD" in read.stderr
    assert "mistaken" not in read.output
    assert len(read.stderr.splitlines()) == 1
