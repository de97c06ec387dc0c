"""Keys of remote storage."""

from engine.config.key_table import read_keys

TIERING_KEYS = (
    *read_keys(
        """
remote.fetch.max.wait.ms | int dynamic | 500 | 1..
    How long a fetch waits for remote storage.
remote.list.offsets.request.timeout.ms | long dynamic | 30000 | 1..
    How long a look-up by time waits for remote storage.
remote.log.index.file.cache.total.size.bytes | long dynamic | 1073741824 | 1..
    Bytes of the indexes that are kept here of what is remote.
remote.log.manager.copier.thread.pool.size | int dynamic | 10 | 1..
    Threads that copy segments.
remote.log.manager.copy.max.bytes.per.second | long dynamic | 9223372036854775807 | 1..
    Bytes per second that copying may take.
remote.log.manager.copy.quota.window.num | int | 11 | 1..
    Windows over which that rate counts.
remote.log.manager.copy.quota.window.size.seconds | int | 1 | 1..
    Seconds of each of those windows.
remote.log.manager.expiration.thread.pool.size | int dynamic | 10 | 1..
    Threads that remove expired segments.
remote.log.manager.fetch.max.bytes.per.second | long dynamic | 9223372036854775807 | 1..
    Bytes per second that reading may take.
remote.log.manager.fetch.quota.window.num | int | 11 | 1..
    Windows over which that rate counts.
remote.log.manager.fetch.quota.window.size.seconds | int | 1 | 1..
    Seconds of each of those windows.
remote.log.manager.follower.thread.pool.size | int dynamic | 2 | 1..
    Threads that keep followers in step.
remote.log.manager.task.interval.ms | long | 30000 | 1..
    Time between two rounds of copying and removing.
remote.log.manager.thread.pool.size | int | 2 | 1..
    Threads for all of it, where no other key says so.
remote.log.metadata.custom.metadata.max.bytes | int | 128 | 0..
    Bytes that a storage plug-in may keep of each segment.
remote.log.metadata.manager.class.name | string | \
org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager
    The class that knows which segments are remote.
remote.log.metadata.manager.class.path | string | null
    Where that class is found.
remote.log.metadata.manager.impl.prefix | string | rlmm.config.
    What keys for that class begin with.
remote.log.metadata.manager.listener.name | string | null
    The listener that this class uses.
remote.log.reader.max.pending.tasks | int | 100 | 1..
    Reads that may wait for a thread.
remote.log.reader.threads | int dynamic | 10 | 1..
    Threads that read.
remote.log.storage.manager.class.name | string | null
    The class that reaches the remote storage.
remote.log.storage.manager.class.path | string | null
    Where that class is found.
remote.log.storage.manager.impl.prefix | string | rsm.config.
    What keys for that class begin with.
remote.log.storage.system.enable | boolean | false
    Copy segments to remote storage.
""",
        "all data is on local storage.",
    ),
)
