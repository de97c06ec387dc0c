"""All acts, in one table."""

from tests.terminal.acts.act import Act
from tests.terminal.acts.brokers import BROKER_ACTS
from tests.terminal.acts.bulk import BULK_ACTS
from tests.terminal.acts.clusters import CLUSTER_ACTS
from tests.terminal.acts.contents import CONTENT_ACTS
from tests.terminal.acts.groups import GROUP_ACTS
from tests.terminal.acts.lists import LIST_ACTS
from tests.terminal.acts.looks import LOOK_ACTS
from tests.terminal.acts.marked import MARKED_ACTS
from tests.terminal.acts.messages import MESSAGE_ACTS
from tests.terminal.acts.scripts import SCRIPT_ACTS
from tests.terminal.acts.topics import TOPIC_ACTS
from tests.terminal.acts.watch import WATCH_ACTS

ACTS: tuple[Act, ...] = (
    *TOPIC_ACTS,
    *MESSAGE_ACTS,
    *CONTENT_ACTS,
    *BULK_ACTS,
    *GROUP_ACTS,
    *MARKED_ACTS,
    *BROKER_ACTS,
    *CLUSTER_ACTS,
    *LIST_ACTS,
    *LOOK_ACTS,
    *WATCH_ACTS,
    *SCRIPT_ACTS,
)
