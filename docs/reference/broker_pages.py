"""The pages of what the broker serves, does and measures."""

import tomllib
from operator import itemgetter
from pathlib import Path

from docs.reference.markdown_table import table
from engine.broker.api_table import SERVED_APIS
from engine.metrics.catalogue import METRICS
from engine.protocol.advertised import APIS
from engine.protocol.api_keys import ApiKey
from tests.architecture.points import files_by_point, sections

FOLDER = Path(__file__).parent


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
        "answers compared field by field;\nthese are the differences that are kept. Those that no "
        "answer shows are here too: no module of the\nengine may say that it differs from Kafka "
        "without a row.\n\n"
        + table(
            ("API or matter", "difference", "reason"),
            sorted(
                ((row["api"], row["difference"], row["reason"]) for row in differences),
                key=itemgetter(0),
            ),
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


def metrics() -> str:
    """What `/metrics` exposes."""
    rows = ((f"`{row.name}`", row.kind.value, ", ".join(row.labels), row.help) for row in METRICS)
    lead = "# Metrics\n\nWhat the engine exposes at `/metrics`, in Prometheus text.\n\n"
    return lead + table(("metric", "kind", "labels", "meaning"), rows)
