"""The form that creates a topic: from nothing, or as another one is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from textual import work
from textual.content import Content

from console.forms.config_value import check_of
from console.forms.field_line import FormField
from console.forms.fields import TOPIC_CONFIG_FIELDS, FieldFault, topic_name, whole
from console.forms.form import Form
from console.keys.keymap import Keymap
from console.model.care import USUAL, Care
from console.model.text import plain
from console.model.topic import ConfigEntry
from console.port.cluster import NewTopic, Writes
from console.port.errors import ClusterError
from console.widgets import symbols

PARTITIONS_MAX = 10_000
CONFIG_PREFIX = "config-"
OWN_PREFIX = "own-"


@dataclass(frozen=True, slots=True)
class Model:
    """A topic to make another like: its counts, and what was set on it itself."""

    name: str
    partitions: int
    replication: int
    configs: tuple[ConfigEntry, ...] = ()
    problem: str = ""
    """Why its configuration is not known, if it is not."""

    @property
    def values(self) -> Mapping[str, str]:
        """What can be copied, by key: secrets cannot, and an empty field means the default."""
        return {
            entry.name: entry.value
            for entry in self.configs
            if entry.is_own and entry.value and not entry.is_sensitive
        }

    @property
    def lost(self) -> tuple[str, ...]:
        """The keys that were set and are not copied."""
        own = (entry.name for entry in self.configs if entry.is_own)
        return tuple(name for name in own if name not in self.values)


def config_id(key: str) -> str:
    """The id of the field of a configuration key."""
    return CONFIG_PREFIX + key.replace(".", "-")


@dataclass(frozen=True, slots=True)
class ConfigLine:
    """A field of the form and the key that it sets."""

    key: str
    check: Callable[[str], str]
    field: FormField


def config_lines(model: Model | None) -> tuple[ConfigLine, ...]:
    """The usual keys, then the others that the model has set."""
    values = {} if model is None else model.values
    usual = [
        ConfigLine(
            field.key,
            field.check,
            FormField(
                config_id(field.key),
                field.key,
                f"default, or such as {field.example}",
                field.check,
                help=field.meaning,
                value=values.get(field.key, ""),
                is_optional=True,
            ),
        )
        for field in TOPIC_CONFIG_FIELDS
    ]
    known = {line.key for line in usual}
    # The names of a foreign cluster's keys need not be fit for ids.
    others = [
        ConfigLine(
            entry.name,
            (check := check_of(entry.name, entry.rule)),
            FormField(
                f"{OWN_PREFIX}{number}",
                plain(entry.name),
                "default",
                check,
                help=plain(entry.documentation, limit=200),
                value=values[entry.name],
                is_optional=True,
            ),
        )
        for number, entry in enumerate(model.configs if model is not None else ())
        if entry.name in values and entry.name not in known
    ]
    return (*usual, *others)


def topic_fields(
    brokers: int, name: str, model: Model | None, configs: Sequence[ConfigLine]
) -> tuple[FormField, ...]:
    """The lines of the form for a cluster of this many brokers."""
    most = max(1, brokers)

    def replicas(text: str) -> int:
        number = whole(text, 1, 32_767)
        if number > most:
            raise FieldFault(f"the cluster has {most} broker{'s' if most > 1 else ''}")
        return number

    return (
        FormField(
            "name",
            "Name",
            "such as orders.placed",
            topic_name,
            help="letters, digits, '.', '_' and '-'; it cannot be changed later",
            value=name,
        ),
        FormField(
            "partitions",
            "Partitions",
            "the broker's num.partitions, or such as 3",
            lambda text: whole(text, 1, PARTITIONS_MAX),
            help="how many consumers of a group can read side by side",
            value="" if model is None else str(model.partitions),
            is_optional=True,
        ),
        FormField(
            "replication",
            "Replication",
            "how many copies",
            replicas,
            help="copies of each record, on as many brokers",
            value=str(min(3, most)) if model is None else str(model.replication),
        ),
        *(line.field for line in configs),
    )


def note_of(model: Model) -> Content:
    """What is copied and what is not."""
    lines = [
        Content.styled("Like it in all that stands here; its records are not copied.", "$muted")
    ]
    if model.problem:
        said = f"Its configuration cannot be read: {plain(model.problem)}"
        lines.append(Content.styled(f"{symbols.WARNING} {said}", "$warning"))
    if model.lost:
        said = f"Not copied: {plain(', '.join(model.lost), limit=200)}"
        lines.append(Content.styled(f"{symbols.WARNING} {said}", "$warning"))
    return Content("\n").join(lines)


class CreateTopicForm(Form):
    """Creates a topic and says what the cluster answered."""

    def __init__(
        self,
        writes: Writes,
        brokers: int,
        keymap: Keymap,
        care: Care = USUAL,
        model: Model | None = None,
        name: str = "",
    ) -> None:
        """With a `model` the fields begin as it is, and with a `name` that of the topic."""
        if model is not None:
            name = f"{model.name}-copy"
        self._writes = writes
        self._configs = config_lines(model)
        super().__init__(
            "New topic" if model is None else f"Clone {plain(model.name)}",
            topic_fields(brokers, name, model, self._configs),
            "creates",
            keymap=keymap,
            care=care,
            note=None if model is None else note_of(model),
        )

    def topic(self) -> NewTopic:
        """What the fields say; raises FieldFault where one is wrong."""
        configs = {
            line.key: line.check(text)
            for line in self._configs
            if (text := self.text_of(line.field.id)).strip()
        }
        return NewTopic(
            topic_name(self.text_of("name")),
            self.whole_of("partitions") if self.text_of("partitions").strip() else None,
            self.whole_of("replication"),
            configs,
        )

    def send(self) -> None:
        self.answer("Asking the cluster …", "busy")
        self.create(self.topic())

    @work(group="form", exclusive=True, exit_on_error=False)
    async def create(self, topic: NewTopic) -> None:
        """Create the topic and close, or say why not."""
        try:
            with self.changing():
                partitions = await self._writes.create_topic(topic)
        except ClusterError as error:
            self.answer(f"{symbols.ERROR} {plain(error.of_change)}", "error")
            return
        self.app.notify(created(topic.name, partitions), markup=False)
        self.dismiss(None)


def created(name: str, partitions: int | None) -> str:
    """What is told of a topic that is there now, with so many partitions if that is known."""
    if partitions is None:
        return f"{name} is there"
    return f"{name} is there, with {partitions} partition{'s' if partitions != 1 else ''}"
