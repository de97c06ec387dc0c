"""What is around a console that acts: its configuration, files, other clusters, and who is told.

The configuration has the cluster under several names: `main`, which is opened, `careful`, which is
marked as production, and `locked`, which is only to be looked at; and another cluster, `aside`.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.console_program import KCONSOLE
from tests.support.schema_registries import ORDER, RegistryServer
from tests.support.token_server import SampleEndpoint
from tests.terminal.acts.world import World

ASIDE = "only.aside"
"""A topic that only the other cluster has."""

ALERT_GROUPS = "alerts*"
ALERT_LAG = 10
OLD_GROUPS, ILL_GROUPS = "alert-age*", "alert-ill*"
"""Groups that are told of for the age of what they have not read, and for their verdict."""
SCHEMA = 7
"""The number of the one schema that the registry has."""

_CONFIG = """
[clusters.main]
bootstrap = "{main}"
schema_registry.url = "{registry}"{metrics}
[clusters.careful]
bootstrap = "{main}"
production = true
[clusters.locked]
bootstrap = "{main}"
read_only = true
[clusters.aside]
bootstrap = "{aside}"
[alerts.behind]
groups = "{groups}"
lag_over = {lag}
command = ["sh", "-c", "env | grep ^KCONSOLE_ALERT_ >>{told}"]
webhook = "{hook}"
[alerts.old]
groups = "{old}"
age_over = "1h"
bell = true
[alerts.ill]
groups = "{ill}"
verdict = "stopped"
"""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`editor` is a program that changes the file it is given; `hook` hears of alerts."""

    folder: Path
    main: World
    aside: World
    hook: SampleEndpoint
    registry: RegistryServer
    editor: str

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "config.toml"

    @property
    def told(self) -> Path:
        """What the command of the alert was told."""
        return self.folder / "told"

    @property
    def audit(self) -> Path:
        """Where the console keeps its acts for good."""
        return self.folder / "data" / "kconsole" / "audit.jsonl"

    @property
    def environment(self) -> Mapping[str, str]:
        """What the console's own files and its editor follow from."""
        editor = self.folder / "editor"
        return {
            "XDG_CONFIG_HOME": str(self.folder / "settings"),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "VISUAL": shlex.quote(str(editor)),
        }

    @property
    def themes(self) -> Path:
        """Where themes of the user's own are."""
        return self.folder / "settings" / "kconsole" / "themes"

    @property
    def console(self) -> list[str]:
        """The command of the console on `main`."""
        return self.command("--bootstrap", "main")

    def command(self, *words: str) -> list[str]:
        """A command of the program, with this configuration."""
        return [*KCONSOLE, *words, "--config", str(self.config)]

    def write(self) -> None:
        """Write the files, and have the registry know its schema."""
        self.registry.say(f"/schemas/ids/{SCHEMA}", schema=ORDER.text)
        text = _CONFIG.format(
            main=self.main.address,
            aside=self.aside.address,
            groups=ALERT_GROUPS,
            lag=ALERT_LAG,
            told=self.told,
            hook=self.hook.url,
            old=OLD_GROUPS,
            ill=ILL_GROUPS,
            registry=self.registry.url,
            metrics=f'\nmetrics = "{self.main.metrics}"' if self.main.metrics else "",
        )
        self.config.write_text(text)
        self.themes.mkdir(parents=True)
        editor = self.folder / "editor"
        editor.write_text(self.editor)
        editor.chmod(0o700)
