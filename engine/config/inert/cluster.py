"""Keys of controllers, metadata and replication."""

from engine.config.key_table import read_keys

CLUSTER_KEYS = (
    *read_keys(
        """
broker.heartbeat.interval.ms | int | 2000
    Time between two heartbeats that a broker sends to the controller.
broker.session.timeout.ms | int | 9000
    How long a broker may be silent before it is fenced.
controller.listener.names | list | null
    The listeners of controllers.
controller.quorum.append.linger.ms | int | 25 | 0..
    How long the leader gathers records before it writes them.
controller.quorum.auto.join.enable | boolean | false
    Let controllers join the quorum by themselves.
controller.quorum.bootstrap.servers | list |
    Where the quorum is found.
controller.quorum.election.backoff.max.ms | int | 1000 | 0..
    The longest pause before another election.
controller.quorum.election.timeout.ms | int | 1000 | 0..
    How long a voter waits for votes.
controller.quorum.fetch.max.bytes | int | 1048576 | 1..
    Bytes of one fetch from the quorum's log.
controller.quorum.fetch.snapshot.max.bytes | int | 1048576 | 1..
    Bytes of one fetch from a snapshot.
controller.quorum.fetch.timeout.ms | int | 2000 | 0..
    How long a voter is without a leader before it stands for election.
controller.quorum.request.timeout.ms | int | 2000 | 0..
    How long an answer within the quorum may take.
controller.quorum.retry.backoff.ms | int | 20 | 0..
    Pause before a request within the quorum is sent again.
controller.quorum.voters | list |
    The voters, each ID@HOST:PORT.
controller.socket.timeout.ms | int | 30000
    How long an answer of the controller may take.
early.start.listeners | list | null
    Listeners that open before permissions are known.
initial.broker.registration.timeout.ms | int | 60000
    How long a broker tries to register before it gives up.
metadata.max.idle.interval.ms | int | 500 | 0..
    Time between two records that the controller writes when nothing happens.
process.roles | list | null | broker, controller
    Whether a process is broker, controller or both.
""",
        "the broker is its own controller.",
    ),
    *read_keys(
        """
metadata.log.dir | string | null
    The directory of the metadata log.
metadata.log.max.record.bytes.between.snapshots | long | 20971520 | 1..
    Bytes of the metadata log after which a snapshot is taken.
metadata.log.max.snapshot.interval.ms | long | 3600000 | 0..
    The longest time between two snapshots.
metadata.log.segment.bytes | int | 1073741824 | 8388608..
    Segment size of the metadata log.
metadata.log.segment.ms | long | 604800000
    The age at which a segment of the metadata log is closed.
metadata.max.retention.bytes | long | 104857600
    The size of metadata log and snapshots from which old ones are removed.
metadata.max.retention.ms | long | 604800000
    How long metadata log and snapshots are kept.
""",
        "the metadata log takes snapshots as it grows.",
    ),
    *read_keys(
        """
add.partitions.to.txn.retry.backoff.max.ms | int | 100 | 0..
    The longest pause before a partition is added to a transaction again.
add.partitions.to.txn.retry.backoff.ms | int | 20 | 1..
    The first pause before a partition is added to a transaction again.
alter.log.dirs.replication.quota.window.num | int | 11 | 1..
    Windows over which moves between directories count.
alter.log.dirs.replication.quota.window.size.seconds | int | 1 | 1..
    Seconds of each of those windows.
auto.leader.rebalance.enable | boolean | true
    Give partitions back to their preferred leaders from time to time.
controlled.shutdown.enable | boolean | true
    Let others take leadership over before a broker stops.
follower.fetch.last.tiered.offset.enable | boolean dynamic | false
    Let an empty follower begin behind what is tiered.
follower.replication.throttled.rate | long dynamic hidden | null | 0..
    Bytes per second that throttled followers may fetch.
inter.broker.listener.name | string | null
    The listener that brokers use among each other.
leader.imbalance.check.interval.seconds | long | 300 | 1..
    Seconds between two looks for leaders that are not preferred.
leader.replication.throttled.rate | long dynamic hidden | null | 0..
    Bytes per second that throttled leaders may send.
num.replica.alter.log.dirs.threads | int | null
    Threads that move replicas between directories.
num.replica.fetchers | int dynamic | 1 | 1..
    Threads that fetch from each other broker.
replica.alter.log.dirs.io.max.bytes.per.second | long dynamic hidden | null | 0..
    Bytes per second that moves between directories may take.
replica.fetch.backoff.ms | int | 1000 | 0..
    Pause after a fetch of a follower that failed.
replica.fetch.max.bytes | int | 1048576 | 0..
    Bytes of one partition that a follower asks for.
replica.fetch.min.bytes | int | 1
    Bytes that a follower waits for.
replica.fetch.response.max.bytes | int | 10485760 | 0..
    Bytes of one answer to a follower.
replica.fetch.wait.max.ms | int | 500
    How long a follower waits for them.
replica.high.watermark.checkpoint.interval.ms | long | 5000
    Time between two checkpoints of high watermarks.
replica.lag.time.max.ms | long | 30000
    How long a follower may be behind before it is out of sync.
replica.selector.class | string | null
    The class that chooses the replica a consumer reads from.
replica.socket.receive.buffer.bytes | int | 65536
    Receive buffer of connections between brokers.
replica.socket.timeout.ms | int | 30000
    How long an answer of another broker may take.
replication.quota.window.num | int | 11 | 1..
    Windows over which throttled replication counts.
replication.quota.window.size.seconds | int | 1 | 1..
    Seconds of each of those windows.
security.inter.broker.protocol | string | PLAINTEXT | PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL
    The security protocol between brokers.
socket.connection.setup.timeout.max.ms | long | 30000
    The longest time that a connection to another broker may take.
socket.connection.setup.timeout.ms | long | 10000
    The first time that a connection to another broker may take.
""",
        "a partition has one replica.",
    ),
)
