"""Makes hostile text safe to show: the one place where text from outside is cleaned.

Record keys and values, headers, group, client and member ids, host names and brokers' messages may
hold anything. `plain` leaves no control character, so that nothing can steer the terminal, and no
character that reorders its neighbours. It leaves brackets alone: text from outside is drawn as text
and is never handed to anything that interprets markup. The cleaned text is for showing only;
identities keep their raw form.
"""

CHARACTERS_MAX = 65_536
"""Characters that are shown of one text unless told otherwise; a longer one ends in `…`."""

_NEWLINE = 0x0A
_DELETE = 0x7F
_PICTURES = 0x2400
"""Where Unicode keeps visible pictures of the 32 control characters: ␀ ␁ ␂ ..."""

_UNSEEN = (
    *range(0x80, 0xA0),  # C1 controls
    0x00AD,  # soft hyphen
    0x061C,
    *range(0x200B, 0x2010),  # zero width, left-to-right and right-to-left marks
    *range(0x2028, 0x202F),  # line and paragraph separators, embeddings and overrides
    *range(0x2060, 0x2070),  # invisible operators, isolates
    0xFEFF,
    *range(0xFFF9, 0xFFFC),  # interlinear annotation
    *range(0xD800, 0xE000),  # lone surrogates cannot be encoded for the terminal
    *range(0xE0000, 0xE0080),  # tags
)
_ONE_LINE: dict[int, str] = {
    **{code: chr(_PICTURES + code) for code in range(32)},
    _DELETE: "␡",
    **dict.fromkeys(_UNSEEN, "\N{REPLACEMENT CHARACTER}"),
}
_MANY_LINES = {code: text for code, text in _ONE_LINE.items() if code != _NEWLINE}


def plain(text: str | bytes, *, limit: int = CHARACTERS_MAX, keeps_lines: bool = False) -> str:
    """Text without control or reordering characters, each replaced by a visible sign.

    Bytes are read as UTF-8; what is not UTF-8 is shown as `\\xNN`. With `keeps_lines` line feeds
    stay.
    """
    if isinstance(text, bytes):
        # A character takes at most four bytes, so no more than these can be shown.
        text = text[: 4 * limit + 4].decode("utf-8", "backslashreplace")
    if len(text) > limit:
        text = text[: max(0, limit - 1)] + "…"
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_MANY_LINES if keeps_lines else _ONE_LINE)
