"""Partitions on disk: segmented logs in Kafka's own formats, synced in groups, safe to kill.

Synchronous, one writer per partition, all disk through the `FileSystem` port. Of all that is here
only `SyncTicket`, `CheckpointTicket`, `SegmentDeletion`, `DirectoryDeletion` and `Region` may be
used from another thread while the writer goes on.
"""
