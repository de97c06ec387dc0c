"""No table of a screen is without its `kconsole get`."""

from importlib import import_module
from pathlib import Path

import console.panels
from console.scripting.tables import TABLES
from console.widgets.panel import Panel

OF_PANELS = {
    "AlertsPanel": "alerts",
    "ApiPanel": "requests",
    "BrokerConfigsPanel": "broker-configs",
    "BrokerHealthPanel": "brokers",
    "BrokersPanel": "brokers",
    "CallersPanel": None,
    "ClientsPanel": "connections",
    "ClustersPanel": "clusters",
    "ConfigDiffPanel": "differences",
    "ConfigsPanel": None,
    "CurvesPanel": None,
    "ErrorsPanel": None,
    "EventsPanel": "events",
    "FindingsPanel": "health",
    "FlushPanel": None,
    "GroupEventsPanel": "events",
    "GroupLagPanel": "lag",
    "GroupsPanel": "groups",
    "JournalPanel": "journal",
    "LagChartPanel": "groups",
    "MembersPanel": "members",
    "MessagesPanel": "messages",
    "OutcomesPanel": None,
    "PartitionsPanel": "partitions",
    "PlanPanel": None,
    "ProducersPanel": "producers",
    "RecordPanel": "messages",
    "ResetPlansPanel": None,
    "RetentionPanel": "retention",
    "RulesPanel": "rules",
    "SegmentsPanel": "segments",
    "SpreadPanel": None,
    "TablePanel": None,
    "ThroughputPanel": "totals",
    "TopicConfigsPanel": "configs",
    "TopicsPanel": "topics",
    "TrialPanel": "clusters",
    "VitalsPanel": None,
    "WaitingPanel": None,
    "WirePanel": "requests",
}
"""The table of each box. None: `/metrics` has the rest of what our engine alone tells, plans and
outcomes are about a change and no state of the cluster, and tables are made of `TablePanel` and
`ConfigsPanel`."""


def panels() -> set[str]:
    """Every box that stands on some screen."""
    for path in Path(console.panels.__file__).parent.glob("*.py"):
        import_module(f"console.panels.{path.stem}")
    found: set[str] = set()
    ahead: list[type[Panel]] = [Panel]
    while ahead:
        for each in ahead.pop().__subclasses__():
            if each.__module__.startswith(("console.panels.", "console.widgets.")):
                found.add(each.__name__)
                ahead.append(each)
    return found


def test_every_box_of_every_screen_has_its_table() -> None:
    assert panels() == OF_PANELS.keys()
    assert {name for name in OF_PANELS.values() if name} <= TABLES.keys()


def test_columns_of_a_table_have_names_of_their_own_and_titles_for_people() -> None:
    for table in TABLES.values():
        names = [field.name for field in table.fields]
        titles = [field.title for field in table.fields]
        assert len(set(names)) == len(names), table.name
        assert len(set(titles)) == len(titles), table.name
        assert all(name.isidentifier() and name.islower() for name in names), table.name
