"""The pages of configuration keys: of the broker, its topics and groups, and of the console."""

from collections.abc import Iterable

from console.alerts.rules import ALERT_KEYS
from console.alerts.telling import facts_of
from console.model.alerts import Alert, AlertRule, Phase, Turn, TurnKind
from console.profiles import CLUSTER_KEYS
from docs.reference.markdown_table import table
from engine.config.broker_keys import BROKER_KEYS
from engine.config.client_metrics_keys import CLIENT_METRICS_KEYS
from engine.config.group_keys import GROUP_KEYS
from engine.config.inert_keys import INERT_KEYS
from engine.config.kinds import ConfigKey, render
from engine.config.topic_keys import TOPIC_KEYS

_SAMPLE_TURN = Turn(TurnKind.BEGIN, Alert(AlertRule("rule"), "group", Phase.FIRING, 0, ""), 0)


def topic_configs() -> str:
    lead = "The keys of a topic, with Kafka's names, types and defaults."
    return configs("Topic configuration", lead, (row.key for row in TOPIC_KEYS.values()))


def broker_configs() -> str:
    lead = (
        "The keys of the `[engine]` table of `config.toml`. `kconsole serve` and the console take "
        "a changed file over while they run,\nbut for the keys marked so, which wait for a "
        "restart; AlterConfigs changes the keys that Kafka changes while it runs."
    )
    working = [key for name, key in BROKER_KEYS.items() if name not in INERT_KEYS]
    page = configs("Broker configuration", lead, working)
    inert = "Kafka's other keys are accepted, checked, kept and told, and change nothing."
    return page + "\n#" + configs("Keys without effect", inert, INERT_KEYS.values())


def group_configs() -> str:
    lead = "The keys that single groups may have, changed by AlterConfigs for resources of type 32."
    return configs("Group configuration", lead, (row.key for row in GROUP_KEYS.values()))


def client_metrics_configs() -> str:
    lead = (
        "The keys of a subscription to client metrics, changed by AlterConfigs for resources of "
        "type 16."
    )
    return configs("Client metrics configuration", lead, CLIENT_METRICS_KEYS.values())


def cluster_keys() -> str:
    """What a saved cluster may say."""
    lead = """# Cluster keys

The keys of `[clusters.NAME]` in the configuration file: clusters to open by name, with
`kconsole --bootstrap NAME` and with every command that takes `--bootstrap`. Paths may begin with
`~`; others are beside the file.

"""
    rows = [(f"`{row.name}`", row.allowed, row.doc) for row in CLUSTER_KEYS]
    return lead + table(("key", "allowed", "meaning"), rows)


def alert_keys() -> str:
    """What a rule of alerts may say."""
    lead = """# Alert keys

The keys of `[alerts.NAME]` in the configuration file: rules about groups that show in the console,
ring, run a program or post to an address. They are looked at while a console is open. A rule needs
at least one of `lag_over`, `age_over` and `verdict`, and holds when any of them does.

"""
    rows = [(f"`{row.name}`", row.allowed, row.doc) for row in ALERT_KEYS]
    names = sorted(facts_of(_SAMPLE_TURN, "production"))
    told = f"""
What is told, as JSON by these names and in the environment as `KCONSOLE_ALERT_` and the name in
capitals: {", ".join(f"`{name}`" for name in names)}.
What is not known is null in JSON and missing in the environment. Times are in ISO 8601; `event` is
`begin` or `end`, each told once. Text in the environment has no control characters; in JSON it is
as it came.
"""
    return lead + table(("key", "allowed", "meaning"), rows) + told


def configs(title: str, lead: str, keys: Iterable[ConfigKey]) -> str:
    """One page of configuration keys."""
    rows = (
        (
            f"`{key.name}`",
            key.type.name.lower(),
            f"`{render(key.default)}`" if key.default not in (None, "", ()) else "",
            key.check.allowed,
            key.documentation + (" Needs a restart." if key.needs_restart else ""),
        )
        for key in keys
    )
    return f"# {title}\n\n{lead}\n\n" + table(
        ("key", "type", "default", "allowed", "meaning"), rows
    )
