"""What goes to the clipboard of a record: its value, or all of it as JSON. Pure.

One line and clean: whatever is pasted into a shell neither runs nor steers the terminal.
"""

import json
import re

from console.messages.exporting import as_object
from console.messages.formats import Format, Part, beginning_as_text, told_format
from console.messages.lane import Hit
from console.messages.rendering import as_json
from console.messages.structure import MISSING, Decode
from console.model.text import CHARACTERS_MAX, plain

_LAYOUT = re.compile(r"[\r\n\t]+ *")
"""White space between the words of JSON; within its texts these characters cannot stand."""


def copied_value(hit: Hit, *, schemas: Decode | None = None) -> str:
    """The value: JSON in one line, text, decoded contents as JSON, bytes as hex."""
    content = hit.record.value
    if content is None:
        return ""
    told = told_format(hit, Part.VALUE, schemas=schemas)
    if told.data is not MISSING:
        return plain(as_json(told.data, indent=None))
    text = beginning_as_text(content, 4 * CHARACTERS_MAX)
    if text is None:
        return plain(content[:CHARACTERS_MAX].hex())
    if told.format is Format.JSON:
        text = _LAYOUT.sub(" ", text)
    return plain(text)


def copied_record(hit: Hit) -> str:
    """The whole record as one JSON object; what could steer is written as `\\uNNNN`."""
    said = as_object(hit)
    text = json.dumps(said, ensure_ascii=False)
    return text if plain(text, limit=len(text)) == text else json.dumps(said)
