"""Text in exactly as many cells as there are. Pure; the text is clean of control characters."""

from rich.cells import cell_len, set_cell_size


def fitted(text: str, width: int, *, is_right: bool = False) -> str:
    """The text in exactly `width` cells: padded, or cut with `…` where it is longer."""
    cut = shortened(text, width)
    blank = " " * (width - (len(cut) if cut.isascii() else cell_len(cut)))
    return blank + cut if is_right else cut + blank


def shortened(text: str, width: int) -> str:
    """The text in at most `width` cells, cut with `…` where it is longer."""
    length = len(text) if text.isascii() else cell_len(text)
    if length <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""
