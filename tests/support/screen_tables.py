"""Reads the tables of a screen as a person does: by the title of the box and the heads of columns.

The screen is the text of a terminal; cells are what two blanks or more keep apart.
"""

import re

_FACTORS = {"K": 1e3, "M": 1e6, "G": 1e9}


def table_of(screen: str, title: str) -> dict[str, list[str]]:
    """The rows of the box with this title, by their first cell; none while it is not there."""
    lines = iter(screen.splitlines())
    for line in lines:
        if re.match(rf"╭─ {re.escape(title)}[ ,:]", line):
            break
    rows: dict[str, list[str]] = {}
    next(lines, None)
    for line in lines:
        if line.startswith("╰"):
            break
        cells = re.split(r"\s{2,}", line.strip("│▌ "))
        rows[cells[0]] = cells
    return rows


def number_of(cell: str) -> float:
    """The number of a cell such as `12.5K`; -1 for one that is unknown."""
    found = re.match(r"([\d.,]+)([KMG]?)", cell)
    if found is None:
        return -1.0
    return float(found[1].replace(",", "")) * _FACTORS.get(found[2], 1.0)
