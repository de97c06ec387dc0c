"""`kconsole consume` on a cluster whose configuration names a schema registry."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from console.cli import main
from tests.console.scripting.conftest import Run
from tests.support.schema_registries import ORDER, RegistryServer, framed, order, registry_server

Consume = Callable[..., Result]


@pytest.fixture
def registry() -> Iterator[RegistryServer]:
    with registry_server() as server:
        server.say("/schemas/ids/7", schema=ORDER.text)
        yield server


@pytest.fixture
def consume(
    registry: RegistryServer,
    bootstrap: str,
    tmp_path: Path,
    run: Run,
    request: pytest.FixtureRequest,
) -> Consume:
    """Print a topic of two orders; one of a schema that nobody knows stands between them."""
    topic = request.node.name
    for content in (framed(7, order(10, "Bern")), framed(9), framed(7, order(20, "Oslo"))):
        assert run("produce", "--create", topic, stdin=content).exit_code == 0
    password = tmp_path / "password"
    password.write_text("geheim")
    config = tmp_path / "config.toml"
    config.write_text(
        f'''
        [clusters.test]
        bootstrap = "{bootstrap}"
        schema_registry.url = "{registry.url}"
        schema_registry.username = "ann"
        schema_registry.password = {{ file = "password" }}
        '''
    )

    def call(*arguments: str) -> Result:
        command = ["--config", str(config), "--bootstrap", "test", "consume", topic, "--exit"]
        return CliRunner().invoke(main, [*command, *arguments])

    return call


def test_contents_of_a_schema_are_printed_as_json(
    consume: Consume, registry: RegistryServer
) -> None:
    """The password is that of the reference; what nobody knows is printed as it is, with why."""
    result = consume()
    assert result.exit_code == 0
    first, *_, last = result.stdout_bytes.splitlines()
    assert json.loads(first) == {"total": 10, "city": "Bern"}
    assert json.loads(last) == {"total": 20, "city": "Oslo"}
    assert framed(9) in result.stdout_bytes
    assert result.stderr.count("schema 9: the registry does not know it") == 1
    assert {authorization for _, authorization in registry.asked} == {"Basic YW5uOmdlaGVpbQ=="}


def test_filters_look_into_decoded_contents(consume: Consume) -> None:
    result = consume("--filter", "value.total > 15", "-o", "json")
    (line,) = result.stdout.splitlines()
    assert json.loads(line)["value"] == {"total": 20, "city": "Oslo"}


def test_raw_prints_what_is_stored_and_asks_nobody(
    consume: Consume, registry: RegistryServer
) -> None:
    result = consume("--raw")
    assert framed(7, order(10, "Bern")) in result.stdout_bytes
    assert registry.asked == []
