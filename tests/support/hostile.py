"""Texts that try to steer a terminal, to be read as markup, or to break a layout; and a cluster
that holds one of them wherever a text comes from outside."""

import unicodedata
from dataclasses import replace

from rich.cells import cell_len
from textual.app import App

from console.model.cluster import Connection, ConnectionState
from console.model.engine import Caller, ClientSoftware, EngineState
from console.model.figures import Known, Unknown
from console.model.group import Group
from console.model.health import Finding, Health
from console.model.names import TopicPartition
from console.model.retention import GroupAtRisk
from console.model.section import Ready, Refused
from console.model.snapshot import Snapshot
from tests.support import sample_snapshots as sample
from tests.support.sample_engine import clients, produce, state
from tests.support.sample_groups import groups
from tests.support.sample_series import NOW_MS
from tests.support.sample_topics import partitions, retentions, topic_detail, topics
from tests.support.stage import segments_of

HOSTILE = {
    "colour": "\x1b[31;5mred\x1b[0m",
    "title": "\x1b]0;owned\x07",
    "clipboard": "\x1b]52;c;cm0gLXJm\x1b\\",
    "eight-bit": "\x9b2J\x90q\x9c",
    "lines": "one\ntwo\r\nthree\ttab\x0b\x0c\x00\x08\x7f",
    "markup": "[bold red]markup[/bold red][/]",
    "broken-markup": "[/nothing] [$error]\\[ [[ [@click=app.quit]",
    "right-to-left": "\u202egnp.exe\u2066\u2069\u200f",
    "unseen": "a\u200b\u200db\ufeff\u00ad\U000e0041",
    "surrogate": "half \ud83d pair",
    "wide": "日本語のトピック名",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "combining": "e\u0301" * 40,
    "long": "x" * 5_000,
    "empty": "",
    "blank": "   ",
}


def hostile(text: str) -> Snapshot:
    """The busy cluster with this text in every name, reason, address, value and message."""
    rows = topics()
    first = replace(rows[0], name=text, groups=(text,))
    kept = replace(retentions()[1], topic=text)
    kept = replace(kept, at_risk=tuple(GroupAtRisk(text, risk.outlook, 7) for risk in kept.at_risk))
    entry = topic_detail("orders.placed").configs
    assert isinstance(entry, Ready)
    configs = tuple(
        replace(each, name=text, value=text, source=text, documentation=text)
        for each in entry.value
    )
    detail = replace(
        topic_detail("orders.placed"),
        name=text,
        partitions=Ready(
            tuple(replace(p, topic=text) for p in partitions("orders.placed")), NOW_MS
        ),
        configs=Ready(configs, NOW_MS),
        lag_group=text,
    )
    finding = Finding(text, sample.findings()[0].severity, text, text, text, NOW_MS)
    return replace(
        sample.busy(),
        cluster_name=text,
        connection=Connection(ConnectionState.CONNECTED, text, True, text, text),
        cluster=Ready(
            replace(
                sample.cluster(),
                cluster_id=text,
                version=text,
                mode=text,
                brokers=tuple(
                    replace(each, host=text, rack=text, problem=text) for each in sample.brokers()
                ),
            ),
            NOW_MS,
        ),
        topics=Ready((first, *rows[1:]), NOW_MS),
        groups=Ready((_group(text), *groups()[1:]), NOW_MS),
        retention=Ready((kept, *retentions()[1:]), NOW_MS),
        health=Ready(Health((finding,), sample.vitals()), NOW_MS),
        engine=Ready(_engine(text), NOW_MS),
        topic_details={text: detail},
        broker_configs={1: Ready(configs, NOW_MS)},
        events=tuple(replace(event, subject=text, text=text) for event in sample.events()),
    )


def _group(text: str) -> Group:
    whole = groups()[0]
    assert isinstance(whole.members, Known)
    members = tuple(
        replace(
            each,
            member_id=f"{text}{number}",
            client_id=text,
            host=text,
            instance_id=text,
            assignments=(TopicPartition(text, number),),
        )
        for number, each in enumerate(whole.members.value)
    )
    rows = tuple(replace(each, topic=text, client_id=text) for each in whole.partitions)
    unread = Unknown(text)
    rows = (*rows, replace(rows[0], partition=99, lag=replace(rows[0].lag, records=unread)))
    return replace(
        whole,
        name=text,
        group_type=text,
        protocol=text,
        problem=text,
        members=Known(members, NOW_MS),
        partitions=rows,
    )


def _engine(text: str) -> EngineState:
    """A broker of ours whose clients name themselves so, and which tells such requests."""
    caller = Caller(text, text, 7, Known(1.0, NOW_MS))
    kind = replace(produce(), api=text, version=text, errors=((text, 7),), callers=(caller,))
    client = ClientSoftware(text, text, 1, 7, Known(1.0, NOW_MS))
    return replace(state(), requests=(kind, *state().requests), clients=(client, *clients()))


def refusing(text: str) -> Snapshot:
    """A cluster that refuses everything with this text."""
    no = Refused(text)
    return replace(
        sample.busy(),
        connection=Connection(ConnectionState.LOST, text, detail=text, retry_at_ms=NOW_MS + 1),
        cluster=no,
        totals=no,
        topics=no,
        groups=no,
        retention=no,
        health=no,
        engine=no,
        topic_details={"orders.placed": replace(topic_detail("orders.placed"), partitions=no)},
    )


def faults_of(app: App[None]) -> list[str]:
    """What is wrong with the present screen: characters that steer, lines of another width."""
    faults = []
    for number, line in enumerate(segments_of(app)):
        text = "".join(segment.text for segment in line)
        if any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for sign in text):
            faults.append(f"line {number} steers: {text!r}")
        if cell_len(text) != app.size.width:
            faults.append(f"line {number} is {cell_len(text)} cells wide: {text!r}")
    return faults
