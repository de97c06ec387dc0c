"""Keys of the coordinators' threads and of share and streams groups."""

from engine.config.key_table import read_keys

GROUPS_KEYS = (
    *read_keys(
        """
group.coordinator.append.linger.ms | int | -1 | -1..
    How long the coordinator gathers records before it writes them; -1 to decide by itself.
group.coordinator.background.threads | int | 2 | 1..
    Threads that compute assignments.
group.coordinator.cached.buffer.max.bytes | int dynamic | 1048588 | 524288..
    Bytes of the largest write buffer that is kept for use again.
group.coordinator.threads | int | 4 | 1..
    Threads of the coordinator.
offsets.load.buffer.size | int | 5242880 | 1..
    Bytes of each read while offsets are loaded.
offsets.topic.compression.codec | int | 0
    How offsets are compressed, by the number of the codec.
offsets.topic.replication.factor | short | 3 | 1..
    Replicas of __consumer_offsets.
""",
        "the coordinator runs on the broker's one loop.",
    ),
    *read_keys(
        """
group.share.assignment.interval.ms | int dynamic | 1000 | 0..
    The least time between two assignments of a share group.
group.share.assignors | list | simple
    The assignors of share groups.
group.share.delivery.count.limit | int | 5 | 2..10
    How often a record is delivered before it is given up.
group.share.heartbeat.interval.ms | int | 5000 | 1..
    The time between two heartbeats that members are told.
group.share.max.assignment.interval.ms | int | 15000 | 0..
    The greatest assignment interval.
group.share.max.delivery.count.limit | int | 10 | 5..25
    The greatest delivery count limit.
group.share.max.heartbeat.interval.ms | int | 15000 | 1..
    The greatest heartbeat interval.
group.share.max.partition.max.record.locks | int | 4000 | 2000..10000
    The greatest limit of locked records.
group.share.max.record.lock.duration.ms | int | 60000 | 30000..3600000
    The greatest time of a lock.
group.share.max.session.timeout.ms | int | 60000 | 1..
    The greatest session time-out.
group.share.max.share.sessions | int | 2000 | 1..
    Share sessions that a broker keeps.
group.share.max.size | int | 200 | 1..1000
    Members that a share group may have.
group.share.min.assignment.interval.ms | int | 0 | 0..
    The least assignment interval.
group.share.min.delivery.count.limit | int | 2 | 2..5
    The least delivery count limit.
group.share.min.heartbeat.interval.ms | int | 5000 | 1..
    The least heartbeat interval.
group.share.min.partition.max.record.locks | int | 100 | 100..2000
    The least limit of locked records.
group.share.min.record.lock.duration.ms | int | 15000 | 1000..30000
    The least time of a lock.
group.share.min.session.timeout.ms | int | 45000 | 1..
    The least session time-out.
group.share.partition.max.record.locks | int | 2000 | 100..10000
    Records of a partition that may be out for delivery at once.
group.share.record.lock.duration.ms | int | 30000 | 1000..3600000
    How long a delivered record is a member's own.
group.share.session.timeout.ms | int | 45000 | 1..
    How long a member may be silent before it is taken out.
share.coordinator.append.linger.ms | int | -1 | -1..
    How long the share coordinator gathers records before it writes them.
share.coordinator.cached.buffer.max.bytes | int dynamic | 1048588 | 524288..
    Bytes of the largest write buffer that is kept for use again.
share.coordinator.load.buffer.size | int | 5242880 | 1..
    Bytes of each read while state is loaded.
share.coordinator.snapshot.update.records.per.snapshot | int | 500 | 0..500
    Updates after which a snapshot is written.
share.coordinator.state.topic.compression.codec | int | 0
    How the state is compressed, by the number of the codec.
share.coordinator.state.topic.min.isr | short | 2 | 1..
    In-sync replicas that a write of state needs.
share.coordinator.state.topic.num.partitions | int | 50 | 1..
    Partitions of the topic of that state.
share.coordinator.state.topic.replication.factor | short | 3 | 1..
    Replicas of the topic of that state.
share.coordinator.state.topic.segment.bytes | int | 104857600 | 1..
    Segment size of the topic of that state.
share.coordinator.threads | int | 1 | 1..
    Threads of the share coordinator.
share.coordinator.write.timeout.ms | int | 5000 | 1..
    How long a write of state waits for replicas.
share.fetch.purgatory.purge.interval.requests | int | 1000
    Waiting share fetches after which finished ones are cleared away.
""",
        "there are no share groups.",
    ),
    *read_keys(
        """
group.streams.assignment.interval.ms | int dynamic | 1000 | 0..
    The least time between two assignments of a streams group.
group.streams.heartbeat.interval.ms | int | 5000 | 1..
    The time between two heartbeats that members are told.
group.streams.initial.rebalance.delay.ms | int | 3000 | 0..
    How long a new group waits for more members.
group.streams.max.assignment.interval.ms | int | 15000 | 0..
    The greatest assignment interval.
group.streams.max.heartbeat.interval.ms | int | 15000 | 1..
    The greatest heartbeat interval.
group.streams.max.session.timeout.ms | int | 60000 | 1..
    The greatest session time-out.
group.streams.max.size | int | 2147483647 | 1..
    Members that a streams group may have.
group.streams.max.standby.replicas | int | 2 | 0..
    The greatest number of standby replicas.
group.streams.min.assignment.interval.ms | int | 0 | 0..
    The least assignment interval.
group.streams.min.heartbeat.interval.ms | int | 5000 | 1..
    The least heartbeat interval.
group.streams.min.session.timeout.ms | int | 45000 | 1..
    The least session time-out.
group.streams.num.standby.replicas | int | 0 | 0..
    Copies of each task's state beside the one in use.
group.streams.session.timeout.ms | int | 45000 | 1..
    How long a member may be silent before it is taken out.
""",
        "there are no streams groups.",
    ),
)
