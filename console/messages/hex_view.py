"""Bytes as an editor of bytes shows them: offset, sixteen values, their characters. Pure."""

ROW_BYTES = 16
_PLACEHOLDER = "·"


def hex_view(content: bytes, limit_bytes: int) -> str:
    """Rows such as `00000010  7b 22 61 22  3a 31 7d …  {"a":1}`, up to a number of bytes."""
    return "\n".join(
        _row(start, content[start : min(start + ROW_BYTES, limit_bytes)])
        for start in range(0, min(len(content), limit_bytes), ROW_BYTES)
    )


def _row(start: int, part: bytes) -> str:
    half = ROW_BYTES // 2
    left, right = part[:half].hex(" "), part[half:].hex(" ")
    shown = "".join(chr(each) if 0x20 <= each < 0x7F else _PLACEHOLDER for each in part)
    width = 3 * half - 1
    return f"{start:08x}  {left:<{width}}  {right:<{width}}  {shown}"
