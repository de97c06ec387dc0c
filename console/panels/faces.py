"""Which face a panel shows for a section: the same rules for every panel."""

from typing import TypeVar

from console.model import units
from console.model.section import Loading, Refused, Section, Stale, content
from console.model.text import plain
from console.widgets import symbols
from console.widgets.face import Face
from console.widgets.stale_banner import StaleBanner
from console.widgets.table_panel import TablePanel

T = TypeVar("T")


def age_remark(section: Section[T], now_ms: int) -> str:
    """`▲ as of 46s ago` of a section that is stale; empty while it is fresh."""
    return old_remark(section.at_ms, now_ms) if isinstance(section, Stale) else ""


def old_remark(read_ms: int, now_ms: int) -> str:
    """`▲ as of 46s ago`."""
    return f"{symbols.WARNING} as of {units.ago(read_ms, now_ms)}"


def shown_value(
    section: Section[T], *, what: str, face: Face, banner: StaleBanner | None, now_ms: int
) -> T | None:
    """The value to draw, with the banner set for its age; None when the face says why not."""
    if banner is not None:
        if isinstance(section, Stale):
            banner.warn(units.ago(section.at_ms, now_ms), plain(section.reason))
        else:
            banner.hide()
    if isinstance(section, Loading):
        face.reading(what, plain(section.problem))
    elif isinstance(section, Refused):
        face.refused(f"{what.capitalize()} cannot be shown", plain(section.reason))
    else:
        face.hide()
    return content(section)


def table_value(panel: TablePanel, section: Section[T], *, what: str, now_ms: int) -> T | None:
    """The value to show in a table; None when the panel says in its place why there is none."""
    value = shown_value(section, what=what, face=panel.face, banner=panel.banner, now_ms=now_ms)
    if value is None:
        panel.show_face()
    return value
