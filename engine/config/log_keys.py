"""The keys of what the broker does to its logs. `EngineConfig` has their fields.

The defaults of topics are not among them: they are the synonyms of `topic_keys`.
"""

from engine.config.key_table import read_keys

LOG_KEYS = tuple(
    read_keys("""
log.retention.check.interval.ms | long | 300000 | 1..
    Time between two rounds that remove old segments.
log.flush.offset.checkpoint.interval.ms | int | 5000 | 1..
    Time between two checkpoints of what is known to be on disk; recovery after a crash reads what
    came later. Differs from Kafka: 5 s instead of 60 s, and 256 MiB call for one sooner.
log.cleaner.enable | boolean restart | true
    Compact topics whose cleanup.policy says so. Without it they, and the offsets of groups, grow
    for ever.
log.cleaner.backoff.ms | long dynamic | 15000 | 0..
    Time between two looks for logs to compact.
log.cleaner.dedupe.buffer.size | long dynamic | 134217728 | 1048576..
    The most memory for the keys of the log that is being compacted; with more keys it takes
    several rounds. Differs from Kafka: a key takes 160 bytes instead of 24, and memory is taken as
    keys come.
log.cleaner.io.max.bytes.per.second | double dynamic | 1.7976931348623157E308 | 1..
    The most that compaction reads and writes in a second, on average.
disk.reserve.bytes | long | 33554432 | 0..
    Free bytes of the file system that records of clients may not take: below, produce is refused
    with a retriable error, so that offsets of groups and metadata still have room; compaction does
    not begin what would take from it. 0 for no reserve. Kafka has no such key.
producer.id.expiration.ms | int dynamic | 86400000 | 1..
    How long a partition remembers an idempotent producer that sends nothing.
transaction.state.log.num.partitions | int | 50 | 1..
    Partitions of __transaction_state; fixed once the topic exists.
transaction.state.log.segment.bytes | int | 104857600 | 1..
    Segment size of __transaction_state.
""")
)
