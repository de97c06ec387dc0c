"""The report's page: every table with its cells, findings first, hostile text harmless."""

from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from typing import Any

import pytest

from console.model.health import Finding, Health
from console.model.section import Loading, Ready, Refused, Stale, content
from console.model.severity import Severity
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.scripting.report import chapter_of
from console.scripting.report_page import ROWS_OPEN_MAX, Chapter, page
from console.scripting.table import OfSnapshot
from console.scripting.tables import TABLES
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import VARIANTS, busy

OPENED = frozenset({"orders.placed"})
HOSTILE = "</td><script>alert(1)</script>\x1b[2J\u202e\" onload='x' &amp;"


class Read(HTMLParser):
    """What a browser would find: tags in order, cells by table, and what leads elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.cells: dict[str, list[str]] = {}
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.open: list[str] = []
        self._table = ""
        self._in_cell = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag != "meta":
            self.open.append(tag)
        for name, value in attrs:
            if name in ("href", "src"):
                self.links.append(value or "")
            if name.startswith("on"):
                self.handlers.append(name)
            if tag == "details" and name == "id":
                self._table = value or ""
        if tag == "td":
            self._in_cell = True
            self.cells.setdefault(self._table, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.cells[self._table][-1] += data


def chapters(snapshot: Snapshot) -> list[Chapter[Any]]:
    """What the report says of a snapshot."""
    return [
        chapter_of(table, table.source.rows(snapshot, OPENED))
        for table in TABLES.values()
        if isinstance(table.source, OfSnapshot) and table.in_report
    ]


def text_of(snapshot: Snapshot, version: str = "1.2.3") -> str:
    return "\n".join(page(snapshot, chapters(snapshot), version))


def read(snapshot: Snapshot) -> Read:
    return Read(text_of(snapshot))


@pytest.mark.parametrize("name", [each.table.name for each in chapters(busy())])
def test_every_table_is_there_with_the_cells_of_the_command(name: str) -> None:
    (chapter,) = [each for each in chapters(busy()) if each.table.name == name]
    assert chapter.rows
    fields = chapter.table.fields
    expected = [plain(field.text(row), limit=2_000) for row in chapter.rows for field in fields]
    assert read(busy()).cells.get(name) == (None if name == "health" else expected)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_kind_of_picture_is_a_whole_page(variant: str) -> None:
    found = read(VARIANTS[variant]())
    assert found.open == []
    assert {"html", "head", "body", "main"} <= set(found.tags)


def test_findings_stand_before_every_table_with_what_to_do() -> None:
    text = text_of(busy())
    health = content(busy().health)
    assert isinstance(health, Health)
    places = [text.index(escape(finding.text)) for finding in health.findings]
    assert places == sorted(places)
    assert places[-1] < text.index("<table>")
    assert escape(health.findings[0].advice) in text


def test_nothing_wrong_is_said() -> None:
    well = replace(busy(), health=Ready(Health(()), NOW_MS))
    assert "Nothing is wrong" in text_of(well)


def test_hostile_text_is_shown_and_does_nothing() -> None:
    topics = content(busy().topics) or ()
    hostile = replace(topics[0], name=HOSTILE, groups=(HOSTILE,))
    finding = Finding("x", Severity.ERROR, HOSTILE, HOSTILE, HOSTILE, NOW_MS)
    snapshot = replace(
        busy(),
        cluster_name=HOSTILE,
        topics=Ready((hostile,), NOW_MS),
        health=Ready(Health((finding,)), NOW_MS),
        groups=Refused(HOSTILE),
    )
    found = read(snapshot)
    assert "script" not in found.tags
    assert found.handlers == []
    assert found.cells["topics"][0] == plain(HOSTILE)
    text = text_of(snapshot, HOSTILE)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_the_page_leads_nowhere() -> None:
    found = read(busy())
    assert found.links
    assert all(link.startswith("#") for link in found.links)
    assert {"script", "img", "link", "iframe", "object"}.isdisjoint(found.tags)
    text = text_of(busy())
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text


def test_what_could_not_be_read_says_why() -> None:
    snapshot = replace(
        busy(),
        groups=Refused("this user may not list groups"),
        retention=Loading("no answer came in time"),
        cluster=Stale(content(busy().cluster), NOW_MS, "timed out", NOW_MS),
    )
    text = text_of(snapshot)
    assert "This may not be seen: this user may not list groups" in text
    assert "This was not read: no answer came in time" in text
    assert "This is old: timed out" in text


def test_what_was_left_out_or_is_missing_is_said() -> None:
    chapter = Chapter(TABLES["configs"], (), "This is not whole: orders", ("7 rows are left out",))
    text = "\n".join(page(busy(), [chapter], "1"))
    assert '<p class="warning">▲ This is not whole: orders</p>' in text
    assert "7 rows are left out" in text
    assert "There are none." not in text


def test_a_long_table_is_folded_on_the_screen_and_open_on_paper() -> None:
    (topics,) = [each for each in chapters(busy()) if each.table.name == "topics"]
    assert topics.rows
    short = "\n".join(page(busy(), [topics], "1"))
    many = topics.rows * (ROWS_OPEN_MAX // len(topics.rows) + 1)
    long = "\n".join(page(busy(), [replace(topics, rows=many)], "1"))
    assert '<details open id="topics">' in short
    assert '<details id="topics">' in long
    assert "details::details-content { content-visibility: visible; block-size: auto; }" in long


def test_it_follows_the_light_and_the_dark() -> None:
    text = text_of(busy())
    assert "color-scheme: light dark" in text
    assert "@media screen and (prefers-color-scheme: dark)" in text
    assert "@media print" in text
