"""The form that publishes records again, all that a search has found, and shows first which."""

from collections.abc import Mapping

from textual import on, work
from textual.widgets import Checkbox
from textual.worker import Worker

from console.forms.bulk import BulkForm, amount_said, example
from console.forms.field_line import FormField
from console.forms.fields import INT_MAX, FieldFault, topic_name, whole
from console.forms.publish import TickBox
from console.keys.keymap import Keymap
from console.messages.bulk import Supply
from console.messages.copies import Original, Rule
from console.messages.structure import Decode
from console.model.care import Care
from console.model.text import plain
from console.port.cluster import Writes
from console.widgets import symbols

SAME = "same"
_TIMES = "times"
_HEADER_MAX = 60


def partition_rule(text: str) -> tuple[int | None, bool]:
    """The number of a partition, if one is named, and whether each record keeps its own.

    Raises FieldFault.
    """
    word = text.strip().lower()
    if not word or word == SAME:
        return None, word == SAME
    try:
        return whole(word, 0, INT_MAX), False
    except FieldFault:
        raise FieldFault(f"nothing, {SAME}, or the number of a partition") from None


def replay_fields(topics: Mapping[str, int]) -> tuple[FormField, ...]:
    """The lines of the form."""

    def known(text: str) -> str:
        name = topic_name(text)
        if name not in topics:
            raise FieldFault("there is no such topic")
        return name

    return (
        FormField("topic", "To topic", "where to", known, is_optional=True),
        FormField(
            "header",
            "or as header",
            "none",
            str,
            help="its value names the topic, such as kafka_dlt-original-topic",
            is_optional=True,
        ),
        FormField(
            "partition",
            "Partition",
            "by key",
            partition_rule,
            help=f"empty: by the key; {SAME}: the one that it is in; or a number",
            is_optional=True,
        ),
    )


def rule_said(rule: Rule) -> str:
    """Where copies go and what they keep, safe to show."""
    header = plain(rule.header, limit=_HEADER_MAX)
    where = plain(rule.topic) if rule.topic else f"the topic that header {header} names"
    if rule.keeps_partition:
        how = "the same partition"
    else:
        how = "by key" if rule.partition is None else f"partition {rule.partition}"
    return f"to {where}, {how}, with {'their' if rule.keeps_time else 'new'} times"


class ReplayForm(BulkForm):
    """Counts what would be published while it is filled in. `origin` says what that is: a phrase
    behind the count, safe to show."""

    def __init__(
        self,
        writes: Writes,
        topics: Mapping[str, int],
        topic: str,
        original: Original,
        origin: str,
        keymap: Keymap,
        care: Care,
        schemas: Decode | None = None,
    ) -> None:
        fields = replay_fields(topics)
        super().__init__("Replay", fields, writes, keymap=keymap, care=care, subject=plain(topic))
        self._schemas = schemas
        self._topics = topics
        self._original = original
        self._origin = origin
        self._counting: Worker[None] | None = None

    def on_mount(self) -> None:
        self.line_of("partition").mount(TickBox("keep the time stamps", id=_TIMES))
        super().on_mount()
        self._counting = self.count()

    @work(group="count", exclusive=True, exit_on_error=False)
    async def count(self) -> None:
        """Find out what would be published, and show that."""
        await self._original.count(self.tell_effect)

    @on(Checkbox.Changed)
    def tell_times(self) -> None:
        self.tell_effect()

    @property
    def subject(self) -> str:
        return plain(self.text_of("topic").strip()) or super().subject

    def rule(self) -> Rule:
        """What the fields say. Raises FieldFault."""
        topic, header = self.text_of("topic").strip(), self.text_of("header").strip()
        if bool(topic) == bool(header):
            raise FieldFault("name a topic, or the header that names it")
        partition, keeps_partition = partition_rule(self.text_of("partition"))
        if topic:
            self.line_of("topic").field.check(topic)
        keeps_time = self.query_one(f"#{_TIMES}", Checkbox).value
        return Rule(self._topics, topic, header, partition, keeps_partition, keeps_time)

    def effect(self) -> str:
        amount = self._original.amount
        lines = [example(hit, self._schemas) for hit in amount.first]
        if not lines or not self.loss():
            lines.insert(0, amount_said(amount, self._origin))
        if amount.problem:
            lines.append(f"{symbols.WARNING} {amount.problem}")
        return "\n".join(lines)

    def loss(self) -> str:
        try:
            where = rule_said(self.rule())
        except FieldFault:
            return ""
        return f"{amount_said(self._original.amount, self._origin)}: once more {where}."

    def begin(self) -> None:
        amount = self._original.amount
        try:
            self.rule()
        except FieldFault as error:
            self.line_of("topic").input.focus()
            self.answer(f"{symbols.ERROR} {error}", "error")
            return
        if not self._original.is_ready:
            self.answer(f"{symbols.ERROR} {amount.problem or 'It is not read yet'}", "error")
        elif not amount.count and (amount.is_exact or amount.is_most):
            self.answer(f"{symbols.INFO} There is nothing to publish", "busy")
        else:
            self.proceed()

    def send(self) -> None:
        if self._counting is not None:
            # Reading everything a second time beside would be slower.
            self._counting.cancel()
        super().send()

    def supply(self) -> Supply:
        return self._original.supply(self.rule())
