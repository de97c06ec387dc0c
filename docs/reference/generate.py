"""Writes the reference pages from the tables that they describe.

    python docs/reference/generate.py [--check]

A page is never edited by hand; a test compares each with what its table says now.
"""

import inspect
import json
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import click

from console.alerts.rules import ALERT_KEYS
from console.alerts.telling import facts_of
from console.cli import main
from console.demo.tour import TOUR
from console.keys.actions import BY_ID, Scope, of_scopes
from console.keys.key_names import shown_key
from console.keys.keymap import DEFAULT_KEYMAP, PRESETS
from console.model.alerts import Alert, AlertRule, Phase, Turn, TurnKind
from console.profiles import CLUSTER_KEYS
from console.theming.tokens import COLORS, CONTRAST_MIN, VARIABLES
from console.tour.wording import pieces
from console.views import DEMO_AT, VIEWS
from engine.broker.api_table import SERVED_APIS
from engine.config.broker_keys import BROKER_KEYS
from engine.config.client_metrics_keys import CLIENT_METRICS_KEYS
from engine.config.group_keys import GROUP_KEYS
from engine.config.inert_keys import INERT_KEYS
from engine.config.kinds import ConfigKey, render
from engine.config.topic_keys import TOPIC_KEYS
from engine.metrics.catalogue import METRICS
from engine.protocol.advertised import APIS
from engine.protocol.api_keys import ApiKey

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER.parents[1]))

from tests.architecture import features  # noqa: E402  # the tests are no installed package
from tests.architecture.points import files_by_point, sections  # noqa: E402
from tests.bench.console.report import section  # noqa: E402
from tests.bench.report import page  # noqa: E402

_SAMPLE_TURN = Turn(TurnKind.BEGIN, Alert(AlertRule("rule"), "group", Phase.FIRING, 0, ""), 0)
NOTE = "<!-- Written by docs/reference/generate.py from the table that it describes. -->\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    lines = [list(head)]
    lines.append(["---"] * len(lines[0]))
    lines.extend([cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def apis() -> str:
    """What the broker serves."""
    rows = []
    for key in sorted(SERVED_APIS):
        row = APIS[key]
        accepted = f"{row.min_accepted}-{row.max_accepted}"
        advertised = f"{row.min_advertised}-{row.max_advertised}"
        rows.append((str(int(key)), key.name, advertised, accepted))
    lead = "# APIs\n\nThe Kafka APIs that the broker serves, with the versions it advertises.\n\n"
    return lead + table(("key", "API", "advertised", "accepted"), rows)


def compatibility() -> str:
    """What is as in Kafka, and what is not."""
    kafka = tomllib.loads((FOLDER / "kafka-apis.toml").read_text())
    reasons = {key: row["reason"] for row in kafka["absent"] for key in row["keys"]}
    rows = []
    for key, name, lowest, highest in kafka["apis"]:
        if ApiKey(key) in SERVED_APIS:
            row = APIS[ApiKey(key)]
            ours, reason = f"{row.min_advertised}-{row.max_advertised}", ""
        else:
            ours, reason = "", reasons[key]
        rows.append((str(key), name, f"{lowest}-{highest}", ours, reason))
    differences = tomllib.loads((FOLDER / "differences.toml").read_text())["difference"]
    return (
        "# Compatibility\n\nThe broker answers as a one-node Apache Kafka 4.3 does, but for what "
        "this page lists.\n\n## APIs and versions\n\nWhat both answer to ApiVersions.\n\n"
        + table(("key", "API", "Kafka 4.3", "here", "why not"), rows)
        + "\n## Differences\n\nRequests are sent to a real Kafka and to this broker, and the "
        "answers compared field by field;\nthese are the differences that are kept.\n\n"
        + table(
            ("API", "difference", "reason"),
            ((row["api"], row["difference"], row["reason"]) for row in differences),
        )
    )


def behaviour() -> str:
    """What clients rely on, and which tests hold it."""
    files = files_by_point()
    lead = """# Behaviour

What clients rely on, point by point: where brokers that speak Kafka's protocol have gone wrong.
Tests bear the numbers of their points (`@pytest.mark.point(12)`); none is without a test.
The numbers that are missing are of transactions, authentication and authorisation, which are not
served. What is known to differ from a real Kafka stands under [compatibility](compatibility.md).
"""
    return lead + "".join(
        f"\n## {section.title}\n\n"
        + table(
            ("point", "behaviour", "tests"),
            (
                (str(number), text, ", ".join(f"`{name}`" for name in files.get(number, [])))
                for number, text in section.points.items()
            ),
        )
        for section in sections()
    )


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


def metrics() -> str:
    """What `/metrics` exposes."""
    rows = ((f"`{row.name}`", row.kind.value, ", ".join(row.labels), row.help) for row in METRICS)
    lead = "# Metrics\n\nWhat the engine exposes at `/metrics`, in Prometheus text.\n\n"
    return lead + table(("metric", "kind", "labels", "meaning"), rows)


def commands() -> str:
    """The command line, as it is declared."""
    lead = "# Commands\n\nA flag of `kconsole` may stand before a command or behind it.\n"
    return lead + "".join(command_sections(main, "kconsole"))


def command_sections(command: click.Command, name: str) -> Iterator[str]:
    """One section for a command and each below it."""
    arguments = [placeholder(each) for each in command.params if isinstance(each, click.Argument)]
    inner = command.commands if isinstance(command, click.Group) else {}
    usage = " ".join([name, "[OPTIONS]", *arguments, *(["[COMMAND]"] if inner else [])])
    yield f"\n## {name}\n\n```\n{usage}\n```\n\n{inspect.cleandoc(command.help or '')}\n"
    options = [each for each in command.params if isinstance(each, click.Option)]
    rows = ((f"`{', '.join(each.opts)}`", placeholder(each), each.help or "") for each in options)
    if options:
        yield "\n" + table(("option", "takes", "meaning"), rows)
    for inner_name, each in sorted(inner.items()):
        yield from command_sections(each, f"{name} {inner_name}")


def placeholder(parameter: click.Parameter) -> str:
    """What a person gives for a parameter: nothing for a switch."""
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return ""
    if isinstance(parameter, click.Argument):
        if parameter.metavar:
            return parameter.metavar
        shown = (parameter.name or "").upper()
        return f"[{shown}]..." if parameter.nargs == -1 else shown
    if isinstance(parameter.type, click.Choice):
        return "|".join(parameter.type.choices)
    return parameter.metavar or parameter.type.name.upper()


def keys() -> str:
    """What each key does, by where it works."""
    lead = """# Keys

Every action of the console with its keys. `[console.keys]` of `config.toml` gives an action others
by its id, such as `table.open = "o,enter"`. Keys have Textual's names: `o`, `ctrl+l`, `slash`.
The digits switch to the views, in their order.
"""
    sections = []
    for scope in Scope:
        rows = [
            (f"`{row.id}`", " ".join(f"`{shown_key(key)}`" for key in row.keys), row.help)
            for row in of_scopes(scope)
        ]
        sections.append(f"\n## {scope}\n\n" + table(("action", "keys", "meaning"), rows))
    presets = [
        (f"`{name}`", ", ".join(f"`{action}` {given or 'none'}" for action, given in keys.items()))
        for name, keys in PRESETS.items()
    ]
    return lead + "".join(sections) + "\n## Presets\n\n" + table(("preset", "changes"), presets)


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


def console_features() -> str:
    """What consoles for Kafka offer, and where ours does."""
    others = features.peers()
    lead = f"""# What consoles offer

What consoles for Kafka say that they offer, and where ours does it. Of the others: `yes` where one
of their pages says so, `no` where one says that it does not, each with that page; nothing where the
pages that were read do not say, which does not mean no. They were read in {features.read_on()}.
Of ours, nothing stands here without a test that holds it: they are named in the table that this
page is written from, and a test looks for each.

"""
    kinds = [(f"[{peer.name}]({next(iter(peer.pages.values()))})", peer.kind) for peer in others]
    head = ("", "ours", *(peer.name for peer in others), "of ours")
    return (
        lead
        + table(("console", "runs in a"), [("kconsole", "terminal"), *kinds])
        + "".join(
            f"\n## {section.title}\n\n"
            + table(
                head,
                (
                    (
                        feature.what,
                        ours_of(feature),
                        *(said_by(peer, feature) for peer in others),
                        feature.note,
                    )
                    for feature in section.features
                ),
            )
            for section in features.sections()
        )
    )


def ours_of(feature: features.Feature) -> str:
    """Where a person finds a feature: views, keys, commands."""
    if not feature.is_ours:
        return "no"
    numbers = {view.name: number for number, view in enumerate(VIEWS, 1)}
    keys = [BY_ID[name] for name in feature.actions]
    found = [
        *(f"view `{numbers[name]}` {name}" for name in feature.views),
        *(f"`{shown_key(row.keys[0])}` ({place_of(row.scope)})" for row in keys),
        *(f"`kconsole {name}`" for name in feature.commands),
    ]
    return ", ".join(found)


def place_of(scope: Scope) -> str:
    """Where the keys of a scope work, in words."""
    return "everywhere" if scope is Scope.APP else scope.value


def said_by(peer: features.Peer, feature: features.Feature) -> str:
    """What a page of another console says of a feature."""
    said = feature.peers.get(peer.id)
    if said is None:
        return ""
    word = "no" if said.startswith(features.DENIES) else "yes"
    return f"[{word}]({peer.pages[said.removeprefix(features.DENIES)]})"


def tour() -> str:
    """The steps of the guided tour, with the default keys."""
    lead = """# The guided tour

The steps of the tour that `kconsole demo` offers, with the keys as they are unless changed.
[What the tour is](../tour.md) says how it is taken.
"""
    names = [view.name for view in VIEWS]
    names.insert(DEMO_AT, "demo")

    def said(text: str) -> str:
        parts = pieces(text, DEFAULT_KEYMAP, names)
        return "".join(f"`{part.text}`" if part.is_key else part.text for part in parts)

    return lead + "".join(
        f"\n## {number}. {step.title}\n\n{said(step.text)}\n"
        + (f"\n> {said(step.task)}\n" if step.task else "")
        for number, step in enumerate(TOUR.steps, 1)
    )


def theme_tokens() -> str:
    """What a theme must give."""
    lead = """# Theme tokens

A theme is a TOML file with a `name`, whether it is `dark`, and each of these tokens once.

"""
    colours = [("`[colors]`", f"`{name}`", "Textual's own") for name in COLORS]
    variables = [("`[variables]`", f"`{name}`", text) for name, text in VARIABLES.items()]
    contrasts = [
        (f"`{text}`", f"`{ground}`", f"{least:g}") for (text, ground), least in CONTRAST_MIN.items()
    ]
    return (
        lead
        + table(("table", "token", "what it colours"), colours + variables)
        + "\nLeast contrast (WCAG) that a theme needs to be taken:\n\n"
        + table(("text", "on", "at least"), contrasts)
    )


def performance() -> str:
    """What the last kept runs of the benchmarks measured."""
    findings = tomllib.loads((FOLDER / "performance-findings.toml").read_text())
    brokers = json.loads((FOLDER / "performance.json").read_text())
    console = json.loads((FOLDER / "console-performance.json").read_text())
    return page(brokers, findings) + section(console, findings)


PAGES: Mapping[str, Callable[[], str]] = {
    "apis.md": apis,
    "compatibility.md": compatibility,
    "behaviour.md": behaviour,
    "topic-configs.md": topic_configs,
    "broker-configs.md": broker_configs,
    "group-configs.md": group_configs,
    "client-metrics-configs.md": client_metrics_configs,
    "cluster-keys.md": cluster_keys,
    "alert-keys.md": alert_keys,
    "metrics.md": metrics,
    "commands.md": commands,
    "keys.md": keys,
    "theme-tokens.md": theme_tokens,
    "tour.md": tour,
    "console-features.md": console_features,
    "performance.md": performance,
}


def write() -> int:
    """Write every page, or with --check name those that are out of step."""
    stale = []
    for name, make in PAGES.items():
        path, text = FOLDER / name, NOTE + make()
        if not path.exists() or path.read_text() != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(text)
    if "--check" in sys.argv and stale:
        print("out of step, run docs/reference/generate.py:", *stale)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(write())
