"""The guided tour of the demonstration, as a table: Kafka for who has never seen it.

Everything is the real thing: the broker, the groups, what the person does to them. Texts are plain
and exact; each fits into six lines of an 80 column terminal, so that the rest is seen too.
"""

from console.acts.act import ActKind
from console.demo.generator import ALERTS_TOPIC, PAYMENTS_TOPIC
from console.screens.record import RecordScreen
from console.screens.reset_preview import ResetPreview
from console.screens.visits import Place
from console.tour.goals import (
    Acted,
    ByKey,
    LagOver,
    LagUnder,
    Members,
    Opened,
    Reached,
    Undone,
)
from console.tour.step import Step, Tour

FRAUD, WAREHOUSE, MAILER = "fraud-detection", "warehouse", "mailer"
LAG_TO_SEE = 2_000
"""Records: ten seconds of payments at the rate at the start."""
LAG_OF_ONE_WHO_KEEPS_UP = 500

_OVERVIEW, _TOPICS, _GROUPS = Place("overview"), Place("topics"), Place("groups")
_RETENTION, _DEMO = Place("retention"), Place("demo")
_TOPIC = Place("topics", "topic", PAYMENTS_TOPIC)
_MESSAGES = Place("topics", "messages", PAYMENTS_TOPIC)
_GROUP = Place("groups", "group", WAREHOUSE)
_PAYMENTS = (PAYMENTS_TOPIC,)

STEPS = (
    Step(
        "start",
        "What this is",
        "Kafka keeps records for programs: some write them, others read them, each at its own "
        "pace. All that you see is real: a broker on this machine, a program that writes card "
        "payments, and four that read them.",
        "Each step says what to do, and goes on when it sees that it was done.",
        ByKey(),
        _OVERVIEW,
    ),
    Step(
        "topics",
        "Topics",
        "Records of one kind go into a topic, which has a name. Writers and readers know the "
        "topic, and not each other.",
        "Press {view:topics} for the list of topics.",
        Reached(view="topics"),
        _OVERVIEW,
        topics=_PAYMENTS,
    ),
    Step(
        "open-topic",
        "A topic",
        f"{PAYMENTS_TOPIC} has the payments, {ALERTS_TOPIC} those that look like theft. MSG/S is "
        "how many records are written each second, PARTS how many partitions a topic has.",
        f"Move to {PAYMENTS_TOPIC} with {{table.up}} and {{table.down}}, open it with "
        "{table.open}.",
        Reached(kind="topic", detail=PAYMENTS_TOPIC),
        _TOPICS,
        topics=_PAYMENTS,
    ),
    Step(
        "partitions",
        "Partitions and offsets",
        "Each partition is a log of its own: records are added at its end only, and never "
        "changed. The place of a record in it is its offset, counted from 0. END is the offset "
        "that comes next. By its partitions a topic is spread over brokers and readers.",
        "",
        ByKey(),
        _TOPIC,
        topics=_PAYMENTS,
    ),
    Step(
        "messages",
        "Records",
        "A record (or message) has a key, a value, a time and, if wanted, headers. For Kafka key "
        "and value are bytes; here each value is a payment as JSON.",
        "Press {topic.messages} to read the records, the newest first.",
        Reached(kind="messages", detail=PAYMENTS_TOPIC),
        _TOPIC,
        topics=_PAYMENTS,
    ),
    Step(
        "order",
        "Keys and order",
        "The key is the customer. The writer picks the partition by a hash of the key: all "
        "payments of one customer are in one partition, in the order in which they were written, "
        "as long as partitions and hash stay the same. Across partitions there is no order.",
        "",
        ByKey(),
        _MESSAGES,
        topics=_PAYMENTS,
    ),
    Step(
        "publish",
        "Write one yourself",
        "You can write too. The readers will find that yours is no payment, count it, and go on.",
        "Press {app.publish}, type hello as the value, and send it with {form.submit}.",
        Acted(ActKind.PUBLISH, PAYMENTS_TOPIC),
        _MESSAGES,
        topics=_PAYMENTS,
    ),
    Step(
        "find",
        "Find it again",
        "The form says in which partition it landed, at which offset: this place is its own for "
        "good. {form.close} closes the form.",
        "Press {messages.search}, type hello, press enter; open what is found with {table.open}.",
        Opened(RecordScreen),
        _MESSAGES,
        topics=_PAYMENTS,
    ),
    Step(
        "groups",
        "Groups",
        "Reading removes nothing: the record stays for every other reader. Readers that share "
        "their work form a group; each group reads all of a topic for itself.",
        "Press {view:groups} for the list of groups.",
        Reached(view="groups"),
        _MESSAGES,
    ),
    Step(
        "open-group",
        "A group",
        f"{FRAUD} and {WAREHOUSE} read {PAYMENTS_TOPIC}, {MAILER} reads {ALERTS_TOPIC}. Within a "
        "group each partition is read by one member at a time: more members than partitions have "
        "nothing to do.",
        f"Move to {WAREHOUSE} and open it with {{table.open}}.",
        Reached(kind="group", detail=WAREHOUSE),
        _GROUPS,
        readers=(WAREHOUSE,),
    ),
    Step(
        "lag",
        "Positions and lag",
        "The position of a group in a partition is the offset at which it would go on after a "
        "restart. Readers commit it to the broker; these do so once what lies before is done. LAG "
        "is what lies between it and the end: written, and not yet done. With more room, COMMITTED "
        "and END are shown too.",
        "",
        ByKey(),
        _GROUP,
        readers=(WAREHOUSE,),
    ),
    Step(
        "workers",
        "The readers",
        "Each reader of the demonstration is a process of its own, an ordinary Kafka client, which "
        "you can pause, slow down and kill.",
        "Press {view:demo} for the list of them.",
        Reached(view="demo"),
        _GROUP,
    ),
    Step(
        "stop",
        "A reader that stops",
        f"A paused reader stays in its group, so nobody takes its partitions over: the lag of "
        f"{WAREHOUSE} grows. After about a minute its verdict is stalled.",
        f"Move to {WAREHOUSE} in the upper table, pause it with {{demo.pause}}, and wait until it "
        f"is {LAG_TO_SEE:,} records behind.",
        LagOver(WAREHOUSE, LAG_TO_SEE),
        _DEMO,
        topics=_PAYMENTS,
        flows=_PAYMENTS,
        readers=(WAREHOUSE,),
        lags=(WAREHOUSE,),
    ),
    Step(
        "catch-up",
        "Catching up",
        "Nothing is lost: the records wait in the topic until retention deletes them. The reader "
        "goes on at its position, as fast as it can.",
        f"With the cursor on {WAREHOUSE}, press {{demo.pause}} again, and wait until it keeps up.",
        LagUnder(WAREHOUSE, LAG_OF_ONE_WHO_KEEPS_UP),
        _DEMO,
        topics=_PAYMENTS,
        readers=(WAREHOUSE,),
        lags=(WAREHOUSE,),
    ),
    Step(
        "kill",
        "A reader that dies",
        f"fraud-1 and fraud-2 share the partitions as the group {FRAUD}. One that is killed says "
        "no goodbye: the broker hears nothing of it for 6 s, its session time-out, and then the "
        "partitions are shared out anew, all to the other. That is a rebalance.",
        "Move to fraud-1, kill it with {demo.kill}, and wait until the group has one member.",
        Members(FRAUD, 1),
        _DEMO,
        topics=_PAYMENTS,
        readers=(FRAUD,),
    ),
    Step(
        "rejoin",
        "And comes back",
        "fraud-2 went on where fraud-1 had committed: nothing was skipped, and what was done "
        "but not committed is done again (at least once). A member that joins brings a rebalance "
        "too.",
        "With the cursor on fraud-1, start it with {demo.restart}.",
        Members(FRAUD, 2),
        _DEMO,
        topics=_PAYMENTS,
        readers=(FRAUD,),
    ),
    Step(
        "retention",
        "Retention",
        "How long records stay does not depend on who has read them. A topic keeps them for a "
        "time, up to a size, or the newest of each key (compaction).",
        "Press {view:retention} for what is deleted when.",
        Reached(view="retention"),
        _DEMO,
    ),
    Step(
        "deletion",
        "What is deleted when",
        f"{PAYMENTS_TOPIC} keeps 24 hours. Partitions are stored, and deleted, in segments: one "
        "goes when its newest record is too old. UNREAD AT RISK names groups that would lose what "
        "they have not read.",
        "{retention.what-if} shows what another retention would delete; {form.close} closes it.",
        ByKey(),
        _RETENTION,
        topics=_PAYMENTS,
    ),
    Step(
        "nobody",
        "Replay: stop the group",
        "As records stay, they can be read again: by setting a group's positions back. The broker "
        "takes that from outside only while the group has no members.",
        f"On the list of workers, move to {WAREHOUSE}, kill it with {{demo.kill}}, and wait until "
        "its group has no member.",
        Members(WAREHOUSE, 0),
        _DEMO,
        topics=_PAYMENTS,
    ),
    Step(
        "preview",
        "Replay: look first",
        "A reset shows what it would do before it does anything.",
        f"Open {WAREHOUSE} in the groups ({{view:groups}}), press {{group.reset}}, type earliest, "
        "and press {form.submit} for the preview.",
        Opened(ResetPreview),
        _GROUP,
        topics=_PAYMENTS,
    ),
    Step(
        "reset",
        "Replay: reset",
        "Nothing is changed yet. Each row says where the group stands, where it would go, and how "
        "many records it would read again.",
        "Press {form.submit}, and agree with y.",
        Acted(ActKind.SET_OFFSETS, WAREHOUSE),
        _GROUP,
        topics=_PAYMENTS,
        dialog=ResetPreview,
    ),
    Step(
        "undo",
        "Undo",
        "Done: the group would begin with the oldest record that is kept, so its lag is the whole "
        "log. {form.close} closes the preview. The journal (view {view:journal}) has every change, "
        "and for some the way back.",
        "Press {app.undo} and agree with y: the positions are as they were before.",
        Undone(ActKind.SET_OFFSETS, WAREHOUSE),
        _GROUP,
        topics=_PAYMENTS,
    ),
    Step(
        "again",
        "On again",
        "The worker goes on at its position when it starts. Had you not undone the reset, it "
        "would read everything again: try that later, with {demo.replay}.",
        f"Press {{view:demo}}, move to {WAREHOUSE}, start it with {{demo.restart}}.",
        Members(WAREHOUSE, 1),
        _DEMO,
        topics=_PAYMENTS,
    ),
    Step(
        "end",
        "The end",
        "You have seen topics, partitions, keys, offsets, groups, lag, rebalance, retention and "
        "replay. {app.help} shows the keys of each screen, {app.palette} takes commands. "
        "kconsole --bootstrap HOST:PORT shows your own cluster in the same way.",
        "",
        ByKey(),
    ),
)

TOUR = Tour(
    STEPS,
    offer="{app.tour} begins a tour of what you see here: Kafka step by step, in a quarter of an "
    "hour, with your own hands on a real broker.",
    groups=frozenset({FRAUD, WAREHOUSE, MAILER}),
    no_topic="There is no topic {name} any more. The worker payments creates it when it starts: "
    "press {view:demo}, move to it, {demo.kill} kills it, {demo.restart} starts it again.",
    no_flow="Nothing is written to {name} just now. On view {view:demo}, {demo.pause} lets the "
    "worker payments go on if it is paused, {demo.restart} starts it if it is down, "
    "{demo.faster} raises its rate.",
    no_reader="Nobody reads as {name} just now: its worker is down. Press {view:demo}, move to "
    "it, {demo.restart} starts it.",
    no_lag="How far {name} is behind is not known. If its topic was made anew, kill its worker "
    "({demo.kill}), delete the group in view {view:groups} ({groups.delete}), and start the worker "
    "({demo.restart}); or go on with {app.tour-next}.",
    no_dialog="The preview is not open: {app.tour-back} goes back to the step that opens it.",
)
