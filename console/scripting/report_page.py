"""One picture of a cluster as one HTML page that needs nothing else: no network, no script.

What is wrong stands first, then every table of `console.scripting.tables` with the same cells. All
text from outside is cleaned and escaped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from console.model import units
from console.model.section import Loading, Ready, Refused, Section, Stale, content
from console.model.severity import Severity
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.scripting.fields import Field, RowT
from console.scripting.report_colours import colours
from console.scripting.tables import HEALTH, TABLES, Table

SIGNS = {
    Severity.OK: "●",
    Severity.WARNING: "▲",
    Severity.ERROR: "■",
    Severity.INFO: "○",
    Severity.UNKNOWN: "–",
}
CELL_CHARACTERS_MAX = 2_000
ORDER = ("topics", "retention", "groups", "lag", "members", "brokers", "partitions", "configs")
"""The tables behind the findings, each of which stands on some screen."""

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
@media print { details > .scroll { overflow: visible; } body { background: none; } }
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the page covers: `topics` whose details were read, of how many there are."""

    topics: frozenset[str]
    topic_count: int

    @property
    def note(self) -> str:
        """What was left out, or nothing."""
        if len(self.topics) >= self.topic_count:
            return ""
        return f"Partitions and configs of {len(self.topics):,} of {self.topic_count:,} topics."


def page(snapshot: Snapshot, scope: Scope, version: str) -> str:
    """The page."""
    name = _safe(snapshot.cluster_name or snapshot.connection.address)
    tables = [TABLES[each] for each in (*ORDER, *(t for t in TABLES if t not in ORDER))]
    links = "".join(
        f'<a href="#{each.name}">{_title(each.name)}</a>' for each in tables if each is not HEALTH
    )
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{name} · kconsole report</title><style>{colours()}{_STYLE}</style>",
        "</head><body><main>",
        f"<h1>{name}</h1>",
        f'<p class="about">{_about(snapshot, version)}</p>',
        *_cards(snapshot),
        *_findings(snapshot),
        f'<nav><a href="#findings">What is wrong</a>{links}</nav>',
        *(
            part
            for table in tables
            if table is not HEALTH
            for part in _section(table, snapshot, scope)
        ),
        f'<p class="note">{_safe(scope.note)}</p>' if scope.note else "",
        "</main></body></html>\n",
    ]
    return "\n".join(filter(None, parts))


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


def _findings(snapshot: Snapshot) -> Iterator[str]:
    yield '<section class="findings" id="findings"><h2>What is wrong</h2>'
    rows = HEALTH.rows(snapshot, frozenset())
    yield from _face(rows)
    found = content(rows)
    if found == []:
        yield '<p class="ok">● Nothing is wrong: everything that could be read is well.</p>'
    if found:
        yield "<ul>"
        for finding in found:
            role = "error" if finding.severity is Severity.ERROR else "warning"
            since = units.ago(finding.since_ms, snapshot.at_ms)
            yield (
                f'<li><span class="{role}">{SIGNS[finding.severity]} '
                f"{finding.severity.name.lower()}</span> "
                f"<strong>{_safe(finding.subject)}</strong> {_safe(finding.text)} "
                f'<span class="advice">{_safe(finding.advice)} {_safe(since)}</span></li>'
            )
        yield "</ul>"
    yield "</section>"


def _section(table: Table[RowT], snapshot: Snapshot, scope: Scope) -> Iterator[str]:
    rows = table.rows(snapshot, scope.topics)
    found = content(rows)
    count = "" if found is None else f'<span class="count">{len(found):,}</span>'
    yield f'<details open id="{table.name}"><summary><h2>{_title(table.name)}</h2>{count}</summary>'
    yield f'<p class="note">{_safe(table.about)}</p>'
    yield from _face(rows)
    if found == []:
        yield '<p class="note">There are none.</p>'
    if found:
        yield from _table(table.fields, found)
    yield "</details>"


def _face(section: Section[list[RowT]]) -> Iterator[str]:
    """Why there is nothing to show, or that it is old."""
    match section:
        case Ready():
            return
        case Stale(reason=reason):
            yield f'<p class="warning">▲ This is old: {_safe(reason)}</p>'
        case Refused(reason=reason):
            yield f'<p class="warning">▲ This may not be seen: {_safe(reason)}</p>'
        case Loading(problem=problem):
            said = _safe(problem or "no answer came")
            yield f'<p class="warning">▲ This was not read: {said}</p>'


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
    return name.capitalize()


def _safe(text: str) -> str:
    return escape(plain(text, limit=CELL_CHARACTERS_MAX))
