"""The form that gives one key of the configuration of several topics the same value.

What each topic has now is read first, and the first of them is asked whether it would take the
value; so that what is wrong for all is told before anything is changed.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from textual import work

from console.acts.job import counted
from console.forms.config_value import config_value, loss_of
from console.forms.field_line import FormField
from console.forms.fields import FieldFault
from console.forms.form import Form
from console.keys.keymap import Keymap
from console.model.care import USUAL, Care
from console.model.config_rule import in_words
from console.model.text import plain
from console.model.topic import ConfigEntry
from console.port.cluster import Layout, Writes
from console.port.errors import ClusterError
from console.port.readings import ConfigReading
from console.sampling.config_entries import config_entry
from console.widgets import symbols

VALUES_TOLD_MAX = 3
"""Values of before that are told one by one."""


@dataclass(frozen=True, slots=True)
class ConfigChange:
    """What is to be set on every topic; `value` None is the default.

    `told` says the change, `loss` what it deletes for good; both safe to show.
    """

    key: str
    value: str | None
    told: str
    loss: str


class CannotSet(Exception):
    """Why the value is set on none of them, safe to show."""


def key_of(text: str) -> str:
    """The name of a key. Raises FieldFault."""
    if not text.strip():
        raise FieldFault("a key such as retention.ms")
    return text.strip()


def change_of(key: str, text: str, entries: Sequence[ConfigEntry], unread: int = 0) -> ConfigChange:
    """What a text means for topics that have these entries now. Raises FieldFault, CannotSet.

    Of `unread` further ones it is not known what they have: they may lose the most.
    """
    first = entries[0]
    if first.is_read_only:
        raise CannotSet(f"{plain(key)} cannot be changed")
    value = config_value(key, first.rule, text) if text.strip() else None
    after = "its default" if value is None else in_words(key, first.rule, value)
    if first.is_sensitive and value is not None:
        after = "a hidden value"
    before = Counter(_before(entry) for entry in entries).most_common()
    was = [f"{said} on {count:,}" for said, count in before[:VALUES_TOLD_MAX]]
    if len(before) > VALUES_TOLD_MAX:
        was.append(counted(len(before) - VALUES_TOLD_MAX, "other value"))
    if unread:
        was.append(f"not known on {unread:,}")
    judged = [*entries, replace(first, value=None)] if unread else entries
    loss = next(filter(None, (loss_of(entry, value) for entry in judged)), "")
    told = f"{plain(key)} becomes {plain(after, limit=200)}; it is {', '.join(was)}."
    return ConfigChange(key, value, f"{told} {loss}".strip(), loss)


def _before(entry: ConfigEntry) -> str:
    said = "hidden" if entry.is_sensitive else in_words(entry.name, entry.rule, entry.value)
    return plain(said, limit=60)


class ConfigOfManyForm(Form):
    """Asks for key and value, and hands on what they mean; it changes nothing by itself."""

    def __init__(
        self,
        topics: Sequence[str],
        writes: Writes,
        reads: Layout,
        keymap: Keymap,
        ask: Callable[[ConfigChange], None],
        care: Care = USUAL,
    ) -> None:
        fields = (
            FormField("key", "Key", "retention.ms", key_of, help="a key of topics"),
            FormField(
                "value",
                "Value",
                "7d",
                lambda text: text,
                help="such as 7d, 1GB, compact; nothing returns the key to its default",
                is_optional=True,
            ),
        )
        super().__init__(
            f"Configuration of {counted(len(topics), 'topic')}",
            fields,
            "goes on",
            keymap=keymap,
            care=care,
        )
        self._topics = tuple(topics)
        self._writes = writes
        self._reads = reads
        self._ask = ask

    def proceed(self) -> None:
        """It changes nothing by itself: who is handed the change asks about it."""
        self.send()

    def send(self) -> None:
        self.answer("Asking the cluster …", "busy")
        self.look(key_of(self.text_of("key")), self.text_of("value"))

    @work(group="form", exclusive=True, exit_on_error=False)
    async def look(self, key: str, text: str) -> None:
        """Read what there is, try the value on the first topic, and hand it on."""
        self.is_sending = True
        try:
            entries = await entries_of(key, self._topics, self._reads)
            change = change_of(key, text, entries, len(self._topics) - len(entries))
            await self._writes.set_topic_configs(
                self._topics[0], {key: change.value}, validate_only=True
            )
        except FieldFault as fault:
            self.answer(f"{symbols.ERROR} {plain(key)}: {fault}", "error")
            return
        except (ClusterError, CannotSet) as error:
            self.answer(f"{symbols.ERROR} {plain(str(error))}", "error")
            return
        finally:
            self.is_sending = False
        self.answer("", "ok")
        self._ask(change)


async def entries_of(key: str, topics: Sequence[str], reads: Layout) -> list[ConfigEntry]:
    """What topics have for a key; of all but the first, those that can be read.

    Only of the first it is read what the key takes. Raises ClusterError, CannotSet when there is no
    such key.
    """
    name, *others = topics
    first = _of_key(key, (await reads.topic_configs([name])).get(name))
    found = await reads.topic_configs(others, keys=[key]) if others else {}
    entries = [first]
    for each in others:
        try:
            entry = _of_key(key, found.get(each))
        except (ClusterError, CannotSet):
            continue
        entries.append(replace(entry, rule=first.rule, default=first.default))
    return entries


def _of_key(key: str, answer: tuple[ConfigReading, ...] | ClusterError | None) -> ConfigEntry:
    if isinstance(answer, ClusterError):
        raise answer
    for each in answer or ():
        if each.name == key:
            return config_entry(each)
    raise CannotSet(f"topics have no key {plain(key)}")
