"""The examples for operators are configurations that hold."""

import tomllib
from pathlib import Path

from console.config_file import document_in_force, engine_config_of

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "operate"


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


def test_a_container_is_built_from_what_the_package_takes_and_no_more() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    described = {project["project"]["readme"], *project["project"]["license-files"]}
    needed = {*wheel["packages"], *wheel["force-include"], *described, "pyproject.toml"}

    assert "*" in lines
    assert let_in == needed | {"docs/operate/config.toml"}
    assert all((ROOT / each).exists() for each in let_in)


def test_the_service_points_to_documentation_of_the_clone_that_it_is_installed_from() -> None:
    unit = (FOLDER / "kconsole.service").read_text()
    (source,) = (line for line in unit.splitlines() if line.startswith("Documentation="))
    path = source.removeprefix("Documentation=file:/opt/kconsole/source/")

    assert (ROOT / path).is_file()
    assert "pip install /opt/kconsole/source" in unit
