"""The examples for operators are configurations that hold."""

from pathlib import Path

from console.config_file import document_in_force, engine_config_of

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "operate"


def test_configuration_of_the_container_tells_each_network_its_own_address() -> None:
    document = document_in_force(FOLDER / "config.toml")
    config = engine_config_of(document, data=Path("/data"), listen=None)

    told = {each.name: str(each.told(0)) for each in config.all_listeners}
    assert told == {"PLAINTEXT": "localhost:9092", "INSIDE": "kconsole:9094"}


def test_commands_of_the_examples_are_those_of_the_program() -> None:
    unit = (FOLDER / "kconsole.service").read_text()
    container = (FOLDER / "Containerfile").read_text()

    assert "kconsole serve --data /var/lib/kconsole --config /etc/kconsole.toml" in unit
    assert '"serve", "--data", "/data", "--config", "/etc/kconsole.toml"' in container
