"""What can be done with any list: choose its columns, show all of a row, write rows to a file."""

from textual import on

from console.screens.routes import RoutedScreen
from console.widgets.row_telling import RowTelling
from console.widgets.table_panel import TablePanel
from console.widgets.vtable import VTable


class ListActs(RoutedScreen):
    """The acts on the list that has the focus, or else on the first."""

    @on(VTable.ColumnsWanted)
    def open_columns(self, message: VTable.ColumnsWanted) -> None:
        from console.widgets.columns_dialog import ColumnsDialog

        self.app.push_screen(ColumnsDialog(message.table, self.host.frame().keymap))

    @on(RowTelling.DescribeWanted)
    def describe(self, message: RowTelling.DescribeWanted) -> None:
        from console.widgets.row_dialog import RowDialog

        self.app.push_screen(RowDialog(message.lines, self.host.frame().keymap))

    def action_export_list(self) -> None:
        """Offer to write the rows that are shown to a file."""
        from console.forms.export_rows import ExportRowsForm, Shown

        panel = self._list_in_hand()
        if panel is None or not panel.table.shown_rows:
            self.notify("There is nothing to export", severity="warning", timeout=3)
            return
        table, frame = panel.table, self.host.frame()
        columns = table.choice.shown(table.columns)
        shown = Shown(panel.name_in_memory, table.columns, columns, table.shown_rows)
        now_ms = self.host.journal.clock.wall_ms()
        self.app.push_screen(ExportRowsForm(shown, now_ms, frame.times.zone, frame.keymap))

    def _list_in_hand(self) -> TablePanel | None:
        panels = list(self.query(TablePanel))
        with_focus = (panel for panel in panels if panel.has_focus_within)
        return next(with_focus, panels[0] if panels else None)
