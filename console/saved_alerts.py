"""The alerts that the configuration file names, apart from what a broker reads at its start."""

from pathlib import Path

from console.alerts.rules import ToldRule, rules_of
from console.saved_clusters import OUTSIDE
from console.secret_references import SecretReader
from engine.config.load import ConfigProblem, Document


def alerts_of(document: Document) -> tuple[tuple[ToldRule, ...], tuple[ConfigProblem, ...]]:
    """The rules of `[alerts]` that hold, and what is wrong with the others. Raises ConfigError."""
    folder = Path(document.file).absolute().parent
    secrets = SecretReader(OUTSIDE, lambda text: folder / Path(text).expanduser())
    return rules_of(document, secrets)
