"""The form that creates a topic."""

from textual import work

from console.forms.fields import TOPIC_CONFIG_FIELDS, FieldFault, topic_name, whole
from console.forms.form import Form, FormField, whole_field
from console.keys.keymap import Keymap
from console.model.care import USUAL, Care
from console.model.text import plain
from console.port.cluster import NewTopic, Writes
from console.port.errors import ClusterError
from console.widgets import symbols

PARTITIONS_MAX = 10_000
CONFIG_PREFIX = "config-"


def config_id(key: str) -> str:
    """The id of the field of a configuration key."""
    return CONFIG_PREFIX + key.replace(".", "-")


def topic_fields(brokers: int) -> tuple[FormField, ...]:
    """The lines of the form for a cluster of this many brokers."""
    most = max(1, brokers)

    def replicas(text: str) -> int:
        number = whole(text, 1, 32_767)
        if number > most:
            raise FieldFault(f"the cluster has {most} broker{'s' if most > 1 else ''}")
        return number

    configs = (
        FormField(
            config_id(field.key),
            field.key,
            f"default, or such as {field.example}",
            field.check,
            help=field.meaning,
            is_optional=True,
        )
        for field in TOPIC_CONFIG_FIELDS
    )
    return (
        FormField(
            "name",
            "Name",
            "such as orders.placed",
            topic_name,
            help="letters, digits, '.', '_' and '-'; it cannot be changed later",
        ),
        whole_field(
            "partitions",
            "Partitions",
            1,
            PARTITIONS_MAX,
            help="how many consumers of a group can read side by side",
            value="3",
        ),
        FormField(
            "replication",
            "Replication",
            "how many copies",
            replicas,
            help="copies of each record, on as many brokers",
            value=str(min(3, most)),
        ),
        *configs,
    )


class CreateTopicForm(Form):
    """Creates a topic and says what the cluster answered."""

    def __init__(self, writes: Writes, brokers: int, keymap: Keymap, care: Care = USUAL) -> None:
        super().__init__("New topic", topic_fields(brokers), "creates", keymap=keymap, care=care)
        self._writes = writes

    def topic(self) -> NewTopic:
        """What the fields say; raises FieldFault where one is wrong."""
        configs = {
            field.key: field.check(text)
            for field in TOPIC_CONFIG_FIELDS
            if (text := self.text_of(config_id(field.key))).strip()
        }
        return NewTopic(
            topic_name(self.text_of("name")),
            self.whole_of("partitions"),
            self.whole_of("replication"),
            configs,
        )

    def send(self) -> None:
        self.answer("Asking the cluster …", "busy")
        self.create(self.topic())

    @work(group="form", exclusive=True, exit_on_error=False)
    async def create(self, topic: NewTopic) -> None:
        """Create the topic and close, or say why not."""
        self.is_sending = True
        try:
            await self._writes.create_topic(topic)
        except ClusterError as error:
            self.answer(f"{symbols.ERROR} {plain(error.reason)}", "error")
            return
        finally:
            self.is_sending = False
        self.app.notify(created(topic), markup=False)
        self.dismiss(None)


def created(topic: NewTopic) -> str:
    """What is told of a topic that is there now."""
    many = "s" if topic.partitions != 1 else ""
    return f"{topic.name} is there, with {topic.partitions} partition{many}"
