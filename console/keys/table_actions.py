"""The rows of the table of actions for tables: moving in them, their order, marks and columns."""

from console.keys.action import Action, row

TABLE_ROWS: tuple[Action, ...] = (
    row("table.up", "up k", "move(-1)", "Up", "Move up."),
    row("table.down", "down j", "move(1)", "Down", "Move down."),
    row("table.page-up", "pageup ctrl+b", "page(-1)", "Page up", "Move up a page."),
    row("table.page-down", "pagedown ctrl+f", "page(1)", "Page down", "Move down a page."),
    row("table.first", "home g", "first", "First", "Move to the first row."),
    row("table.last", "end G", "last", "Last", "Move to the last row."),
    row(
        "table.left",
        "left h",
        "across(-1)",
        "Left",
        "Move the columns back.",
    ),
    row(
        "table.right",
        "right l",
        "across(1)",
        "Right",
        "Move to the columns and the ends of values for which there is no room.",
    ),
    row("table.open", "enter", "open_row", "Open", "Open this row.", rank=3, of_row=True),
    row(
        "table.filter",
        "slash",
        "filter",
        "Filter",
        "Filter as you type: text, !text, ~fuzzy, /regular expression/.",
        rank=2,
        of_row=True,
    ),
    row("table.sort", "s", "sort", "Sort", "Sort by the next column.", rank=30, of_row=True),
    row("table.reverse", "S", "reverse", "Reverse", "Turn the order round."),
    row("table.columns", "v", "columns", "Columns", "Show, hide and order the columns."),
    row("table.copy", "y", "copy", "Copy name", "Copy the name of this row."),
    row(
        "marks.mark",
        "space",
        "mark",
        "Mark",
        "Mark this row, or no longer; what is done next is done to all that are marked.",
    ),
    row("marks.range", "ctrl+space", "mark_range", "Range", "Mark from the last mark to here."),
    row("columns.toggle", "space", "toggle_column", "Show", "Show this column, or hide it."),
    row("columns.later", "J shift+down", "shift(1)", "Later", "Move this column on."),
    row("columns.earlier", "K shift+up", "shift(-1)", "Earlier", "Move this column back."),
    row("columns.reset", "d", "reset", "Reset", "Have all columns as they were at first."),
    row("columns.close", "escape v q", "close", "Close", "Close the dialog."),
)
