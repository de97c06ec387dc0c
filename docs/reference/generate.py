"""Writes the reference pages from the tables that they describe.

    python docs/reference/generate.py [--check]

A page is never edited by hand; a test compares each with what its table says now.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

FOLDER = Path(__file__).parent
# Neither the documents nor the tests are an installed package.
sys.path.insert(0, str(FOLDER.parents[1]))

from docs.reference import (  # noqa: E402
    broker_pages,
    command_page,
    configuration_pages,
    console_pages,
    feature_page,
    measured_pages,
)

NOTE = "<!-- Written by docs/reference/generate.py from the table that it describes. -->\n"

PAGES: Mapping[str, Callable[[], str]] = {
    "apis.md": broker_pages.apis,
    "compatibility.md": broker_pages.compatibility,
    "behaviour.md": broker_pages.behaviour,
    "topic-configs.md": configuration_pages.topic_configs,
    "broker-configs.md": configuration_pages.broker_configs,
    "group-configs.md": configuration_pages.group_configs,
    "client-metrics-configs.md": configuration_pages.client_metrics_configs,
    "cluster-keys.md": configuration_pages.cluster_keys,
    "alert-keys.md": configuration_pages.alert_keys,
    "metrics.md": broker_pages.metrics,
    "commands.md": command_page.commands,
    "keys.md": console_pages.keys,
    "theme-tokens.md": console_pages.theme_tokens,
    "tour.md": console_pages.tour,
    "console-features.md": feature_page.console_features,
    "performance.md": measured_pages.performance,
    "reliability.md": measured_pages.reliability,
}


def texts() -> dict[str, str]:
    """All that is written, by its path below this folder."""
    return {name: NOTE + make() for name, make in PAGES.items()} | measured_pages.pictures()


def write() -> int:
    """Write every page and picture, or with --check name those that are out of step."""
    stale = []
    for name, text in texts().items():
        path = FOLDER / name
        if not path.exists() or path.read_text() != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
    if "--check" in sys.argv and stale:
        print("out of step, run docs/reference/generate.py:", *stale)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(write())
