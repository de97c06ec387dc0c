"""The form that changes one key of a topic's or broker's configuration, or returns it to its
default.

The broker is asked first whether it would take the value; what a change deletes is asked about.
"""

from functools import partial
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from console.forms.config_value import config_value, effect_of, loss_of
from console.forms.field_line import FormField
from console.forms.tried_form import Change, TriedForm
from console.keys.actions import Scope
from console.keys.keymap import DEFAULT_KEYMAP, Keymap
from console.model.care import USUAL, Care
from console.model.config_rule import in_words
from console.model.text import plain
from console.model.topic import ConfigEntry
from console.port.cluster import Writes

DOCUMENTATION_MAX = 700
"""Characters of a broker's documentation that are shown."""
LABEL_WIDTH = 10


def facts_of(entry: ConfigEntry) -> Content:
    """What is known of a key: what it means, what it takes, who set it, what it falls back to."""
    allowed = entry.rule.allowed(entry.name)
    default = "" if entry.default is None else in_words(entry.name, entry.rule, entry.default)
    source = f"this {entry.owner}" if entry.is_own else entry.source
    type_name = f"{entry.rule.type}: " if entry.rule.type else ""
    facts = (
        ("Takes", f"{type_name}{allowed}"),
        ("Set by", source),
        ("Default", default or "the cluster does not tell it"),
    )
    parts: list[tuple[str, str]] = []
    documentation = plain(entry.documentation, limit=DOCUMENTATION_MAX)
    if documentation:
        parts.append((f"{documentation}\n\n", ""))
    for number, (label, said) in enumerate(facts):
        parts += [("\n" if number else "", ""), (f"{label:<{LABEL_WIDTH}}", "$muted")]
        parts.append((plain(said, limit=300), ""))
    return Content.assemble(*parts)


class ConfigForm(TriedForm):
    """One key of one topic."""

    BINDINGS: ClassVar[list[BindingType]] = [*DEFAULT_KEYMAP.bindings([Scope.CONFIG])]

    def __init__(
        self, writes: Writes, topic: str, entry: ConfigEntry, keymap: Keymap, care: Care = USUAL
    ) -> None:
        self._writes = writes
        self._topic = topic
        self._entry = entry
        self._default_text: str | None = None
        field = FormField(
            "value",
            "Value",
            "empty" if entry.rule.type in ("string", "list", "") else "a value",
            self._checked,
            help=entry.rule.allowed(entry.name),
            value=entry.value or "",
        )
        shown = plain(topic)
        super().__init__(
            f"{plain(entry.name)} of {shown}",
            (field,),
            "saves",
            keymap=keymap,
            care=care,
            subject=shown,
            note=facts_of(entry),
        )

    def _checked(self, text: str) -> str | None:
        if text == self._default_text:
            return None
        return config_value(self._entry.name, self._entry.rule, text)

    def value(self) -> str | None:
        """The value to set, None for the default; raises FieldFault where it is wrong."""
        return self._checked(self.text_of("value"))

    def hints(self) -> tuple[tuple[str, str], ...]:
        submit, close = super().hints()
        return (submit, ("config.default", "default"), close)

    def effect(self) -> str:
        value = self.value()
        return effect_of(self._entry, value) if self._is_change(value) else ""

    def loss(self) -> str:
        return loss_of(self._entry, self.value())

    def _is_change(self, value: str | None) -> bool:
        return self._entry.is_own if value is None else value != (self._entry.value or "")

    def action_default(self) -> None:
        """Put the default into the field; saving then takes the topic's own value away."""
        self._default_text = self._entry.default or ""
        line = self.line_of("value")
        line.input.value = self._default_text
        line.input.cursor_position = len(self._default_text)
        line.fault()
        self.tell_effect()
        if not self._entry.is_own:
            where = f"this {self._entry.owner}"
            self.answer(f"It is not set on {where}: it has the default already", "busy")

    def begin(self) -> None:
        if self._is_change(self.value()):
            super().begin()
        else:
            self.answer("It has this value already", "busy")

    def change(self) -> Change:
        return partial(self._writes.set_topic_configs, self._topic, self.changes())

    def changes(self) -> dict[str, str | None]:
        """What is to be set; raises FieldFault where the value is wrong."""
        return {self._entry.name: self.value()}

    def told(self) -> str:
        value, entry = self.value(), self._entry
        if value is None:
            now = "at its default"
        elif entry.is_sensitive:
            now = "set"
        else:
            now = plain(in_words(entry.name, entry.rule, value), limit=200)
        undo = self.keymap.first_key("app.undo")
        way_back = f"; {undo} undoes it" if undo and not entry.is_sensitive else ""
        return f"{plain(entry.name)} is {now}{way_back}"


class BrokerConfigForm(ConfigForm):
    """One key of one broker."""

    def __init__(
        self, writes: Writes, node_id: int, entry: ConfigEntry, keymap: Keymap, care: Care = USUAL
    ) -> None:
        super().__init__(writes, f"broker {node_id}", entry, keymap, care)
        self._node_id = node_id

    def change(self) -> Change:
        return partial(self._writes.set_broker_configs, self._node_id, self.changes())
