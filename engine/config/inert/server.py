"""Keys of threads, sockets, directories, transactions, metrics and plug-ins."""

from engine.config.key_table import read_keys

SERVER_KEYS = (
    *read_keys(
        """
background.threads | int dynamic | 10 | 1..
    Threads for work in the background.
num.io.threads | int dynamic | 8 | 1..
    Threads that serve requests.
num.network.threads | int dynamic | 3 | 1..
    Threads of each listener that move bytes.
num.recovery.threads.per.data.dir | int dynamic | 2 | 1..
    Threads that recover logs at the start.
queued.max.requests | int | 500 | 1..
    Requests that may wait for a thread.
request.timeout.ms | int | 30000
    How long an answer of another broker may take.
""",
        "the broker runs on one loop.",
    ),
    *read_keys(
        """
delete.records.purgatory.purge.interval.requests | int | 1
    Waiting deletions after which finished ones are cleared away.
fetch.purgatory.purge.interval.requests | int | 1000
    Waiting fetches after which finished ones are cleared away.
producer.purgatory.purge.interval.requests | int | 1000
    Waiting produce requests after which finished ones are cleared away.
""",
        "a request that has been answered is forgotten at once.",
    ),
    *read_keys(
        """
socket.receive.buffer.bytes | int | 102400
    Receive buffer of connections; -1 leaves it to the system.
socket.send.buffer.bytes | int | 102400
    Send buffer of connections; -1 leaves it to the system.
""",
        "the operating system sizes the buffers of sockets.",
    ),
    *read_keys(
        """
cordoned.log.dirs | list one-broker |
    Directories that get no new partitions.
log.dir.failure.timeout.ms | long | 30000 | 1..
    How long a broker goes on without the controller after a directory failed.
""",
        "data lies in one directory, that of the key data.",
    ),
    *read_keys(
        """
log.cleaner.io.buffer.load.factor | double dynamic | 0.9
    How full the table of keys of a cleaner may get.
log.cleaner.io.buffer.size | int dynamic | 524288 | 0..
    Bytes that cleaners take to read and write.
log.cleaner.threads | int dynamic | 1 | 0..
    Threads that compact.
log.flush.start.offset.checkpoint.interval.ms | int | 60000 | 0..
    Time between two checkpoints of where logs begin.
""",
        "logs are looked after by rounds of the broker's own.",
    ),
    *read_keys(
        """
transaction.abort.timed.out.transaction.cleanup.interval.ms | int | 10000 | 1..
    Time between two looks for transactions that took too long.
transaction.max.timeout.ms | int | 900000 | 1..
    The longest time-out of a transaction.
transaction.partition.verification.enable | boolean dynamic | true
    Ask the coordinator whether a partition belongs to a transaction.
transaction.remove.expired.transaction.cleanup.interval.ms | int | 3600000 | 1..
    Time between two looks for transactional ids to forget.
transaction.state.log.load.buffer.size | int | 5242880 | 1..
    Bytes of each read while transactions are loaded.
transaction.state.log.min.isr | int | 2 | 1..
    In-sync replicas that a write of __transaction_state needs.
transaction.state.log.replication.factor | short | 3 | 1..
    Replicas of __transaction_state.
transaction.two.phase.commit.enable | boolean | false
    Let producers take part in two-phase commits.
transactional.id.expiration.ms | int | 604800000 | 1..
    How long an idle transactional id is remembered.
""",
        "transactions are not served.",
    ),
    *read_keys(
        """
kafka.metrics.polling.interval.secs | int | 10 | 1..
    Seconds between two looks at old-style metrics.
kafka.metrics.reporters | list |
    Classes that report old-style metrics.
metric.reporters | list dynamic | org.apache.kafka.common.metrics.JmxReporter
    Classes that report metrics.
metrics.num.samples | int | 2 | 1..
    Samples that rates are computed from.
metrics.recording.level | string | INFO
    The least important metrics that are recorded.
metrics.sample.window.ms | long | 30000 | 1..
    The time that each sample covers.
telemetry.max.bytes | int | 1048576 | 1..
    Bytes of metrics that a client may push at once.
""",
        "metrics are had from the key metrics.listen.",
    ),
    *read_keys(
        """
alter.config.policy.class.name | class | null
    The class that may refuse changes of configurations.
client.quota.callback.class | class | null
    The class that decides quotas.
config.providers | list dynamic |
    Classes that fetch values from elsewhere.
create.topic.policy.class.name | class | null
    The class that may refuse new topics.
""",
        "classes of Java cannot be loaded.",
    ),
)
