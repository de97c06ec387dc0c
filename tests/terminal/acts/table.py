"""All acts, in one table."""

from tests.terminal.acts.act import Act
from tests.terminal.acts.bulk import BULK_ACTS
from tests.terminal.acts.clusters import CLUSTER_ACTS
from tests.terminal.acts.groups import GROUP_ACTS
from tests.terminal.acts.messages import MESSAGE_ACTS
from tests.terminal.acts.topics import TOPIC_ACTS
from tests.terminal.acts.watch import WATCH_ACTS

ACTS: tuple[Act, ...] = (
    *TOPIC_ACTS,
    *MESSAGE_ACTS,
    *BULK_ACTS,
    *GROUP_ACTS,
    *CLUSTER_ACTS,
    *WATCH_ACTS,
)
