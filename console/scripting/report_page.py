"""One picture of a cluster as one HTML page that needs nothing else: no network, no script.

What is wrong stands first, then the tables of `console.scripting.tables` with the same cells. All
text from outside is cleaned and escaped. Tables fold on the screen and lie open on paper.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Generic

from console.model import units
from console.model.health import Finding
from console.model.section import content
from console.model.severity import Severity
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.scripting.cluster_tables import HEALTH
from console.scripting.fields import Field, RowT
from console.scripting.report_colours import colours
from console.scripting.table import Table

SIGNS = {
    Severity.OK: "●",
    Severity.WARNING: "▲",
    Severity.ERROR: "■",
    Severity.INFO: "○",
    Severity.UNKNOWN: "–",
}
CELL_CHARACTERS_MAX = 2_000
ROWS_OPEN_MAX = 1_000
"""A longer table is folded until somebody opens it; paper shows it all the same."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page may load nothing, and run nothing."""

_STYLE = """
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 14px/1.5 ui-sans-serif, system-ui, sans-serif; }
main { max-width: 1500px; margin: 0 auto; padding: 24px; }
h1 { font-size: 22px; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 0; display: inline; }
.about, .note { color: var(--muted); margin: 4px 0 16px; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0 0 20px; }
a { color: var(--primary); text-decoration: none; } a:hover { text-decoration: underline; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px;
  margin: 0 0 20px; padding: 0; }
.card, details, .findings { background: var(--surface); border: 1px solid var(--line);
  border-radius: 10px; }
.card { padding: 12px 16px; } .card dt { color: var(--muted); }
.card dd { margin: 0; font-size: 20px; font-weight: 600; }
details, .findings { margin: 0 0 16px; padding: 12px 16px; }
summary { cursor: pointer; } .count { color: var(--muted); margin-left: 8px; }
.findings ul { list-style: none; margin: 8px 0 0; padding: 0; }
.findings li { padding: 6px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.advice { color: var(--muted); }
.error { color: var(--error); } .warning { color: var(--warning); } .ok { color: var(--ok); }
.scroll { overflow-x: auto; margin-top: 10px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; color: var(--muted); background: var(--head); font-size: 12px; }
th, td { padding: 4px 10px; white-space: nowrap; }
td { border-top: 1px solid var(--line); max-width: 520px; overflow: hidden;
  text-overflow: ellipsis; unicode-bidi: isolate; }
td.long { white-space: normal; overflow-wrap: anywhere; }
.number { text-align: right; } .unknown { color: var(--muted); }
@page { size: landscape; margin: 12mm; }
@media print {
  body { background: none; font-size: 9px; }
  main { max-width: none; padding: 0; } nav { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  details, .findings, .card { border-radius: 0; }
  details > .scroll { overflow: visible; }
  th, td { padding: 2px 4px; white-space: normal; overflow-wrap: anywhere; max-width: none; }
  tr, .findings li { break-inside: avoid; } summary { break-after: avoid; }
}
"""


@dataclass(frozen=True, slots=True)
class Chapter(Generic[RowT]):
    """One table of the page. `rows` is None where there is nothing to show.

    `remark` says why, or what is old or missing; `notes` what was left out on purpose.
    """

    table: Table[RowT]
    rows: tuple[RowT, ...] | None
    remark: str = ""
    notes: tuple[str, ...] = ()


def page(snapshot: Snapshot, chapters: Sequence[Chapter[Any]], version: str) -> Iterator[str]:
    """The page, line by line."""
    name = _safe(snapshot.cluster_name or snapshot.connection.address)
    others = [each for each in chapters if each.table is not HEALTH]
    links = "".join(
        f'<a href="#{each.table.name}">{_title(each.table.name)}</a>' for each in others
    )
    yield "<!doctype html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{name} · kconsole report</title><style>{colours()}{_STYLE}</style>"
    yield "</head><body><main>"
    yield f"<h1>{name}</h1>"
    yield f'<p class="about">{_about(snapshot, version)}</p>'
    yield from _cards(snapshot)
    for chapter in chapters:
        if chapter.table is HEALTH:
            yield from _findings(chapter, snapshot.at_ms)
    yield f'<nav><a href="#findings">What is wrong</a>{links}</nav>'
    for chapter in others:
        yield from _section(chapter)
    yield "</main></body></html>"


def _about(snapshot: Snapshot, version: str) -> str:
    cluster = content(snapshot.cluster)
    facts = (
        snapshot.connection.address,
        f"Kafka {cluster.version}" if cluster is not None and cluster.version else "",
        f"{units.moment(snapshot.at_ms)[:-4]} UTC",
        f"kconsole {version}",
    )
    return _safe(" · ".join(filter(None, facts)))


def _cards(snapshot: Snapshot) -> Iterator[str]:
    cluster, topics = content(snapshot.cluster), content(snapshot.topics)
    groups, health = content(snapshot.groups), content(snapshot.health)
    brokers = None if cluster is None else f"{cluster.online}/{len(cluster.brokers)}"
    partitions = None if topics is None else f"{sum(t.partition_count for t in topics):,}"
    cards = (
        ("Brokers", brokers),
        ("Topics", None if topics is None else f"{len(topics):,}"),
        ("Partitions", partitions),
        ("Groups", None if groups is None else f"{len(groups):,}"),
        ("Findings", None if health is None else f"{len(health.findings):,}"),
    )
    yield '<dl class="cards">'
    for title, value in cards:
        shown = units.UNKNOWN if value is None else value
        yield f'<div class="card"><dt>{title}</dt><dd>{shown}</dd></div>'
    yield "</dl>"


def _findings(chapter: Chapter[Finding], now_ms: int) -> Iterator[str]:
    yield '<section class="findings" id="findings"><h2>What is wrong</h2>'
    yield from _remark(chapter)
    if chapter.rows == () and not chapter.remark:
        yield '<p class="ok">● Nothing is wrong: everything that could be read is well.</p>'
    if chapter.rows:
        yield "<ul>"
        for finding in chapter.rows:
            role = "error" if finding.severity is Severity.ERROR else "warning"
            since = units.ago(finding.since_ms, now_ms)
            yield (
                f'<li><span class="{role}">{SIGNS[finding.severity]} '
                f"{finding.severity.name.lower()}</span> "
                f"<strong>{_safe(finding.subject)}</strong> {_safe(finding.text)} "
                f'<span class="advice">{_safe(finding.advice)} {_safe(since)}</span></li>'
            )
        yield "</ul>"
    yield "</section>"


def _section(chapter: Chapter[RowT]) -> Iterator[str]:
    table, rows = chapter.table, chapter.rows
    count = "" if rows is None else f'<span class="count">{len(rows):,}</span>'
    is_open = " open" if len(rows or ()) <= ROWS_OPEN_MAX else ""
    yield f'<details{is_open} id="{table.name}">'
    yield f"<summary><h2>{_title(table.name)}</h2>{count}</summary>"
    yield f'<p class="note">{_safe(f"{table.about} {table.more}".strip())}</p>'
    yield from _remark(chapter)
    for note in chapter.notes:
        yield f'<p class="note">{_safe(note)}</p>'
    if rows == () and not chapter.remark:
        yield '<p class="note">There are none.</p>'
    if rows:
        yield from _table(table.fields, rows)
    yield "</details>"


def _remark(chapter: Chapter[RowT]) -> Iterator[str]:
    if chapter.remark:
        yield f'<p class="warning">▲ {_safe(chapter.remark)}</p>'


def _table(fields: Sequence[Field[RowT]], rows: Sequence[RowT]) -> Iterator[str]:
    heads = "".join(
        f'<th scope="col"{_class(field, "")}>{_safe(field.title)}</th>' for field in fields
    )
    yield f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>'
    for row in rows:
        cells = ((field, field.text(row)) for field in fields)
        yield (
            "<tr>"
            + "".join(f"<td{_class(field, text)}>{_safe(text)}</td>" for field, text in cells)
            + "</tr>"
        )
    yield "</tbody></table></div>"


def _class(field: Field[RowT], text: str) -> str:
    names = (
        "number" if field.is_number else "",
        "unknown" if text == units.UNKNOWN else "",
        "long" if len(text) > 60 else "",
    )
    found = " ".join(filter(None, names))
    return f' class="{found}"' if found else ""


def _title(name: str) -> str:
    return name.replace("-", " ").capitalize()


def _safe(text: str) -> str:
    return escape(plain(text, limit=CELL_CHARACTERS_MAX))
