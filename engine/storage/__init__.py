"""Partitions on disk: segmented logs in Kafka's own formats, synced in groups, safe to kill.

Synchronous, one writer per partition, all disk through the `FileSystem` port. While the writer goes
on, another thread may run what its makers hand out for that: `SyncTicket`, `DirectoryCheckpoint`,
`Cleaner`, `SegmentSwap`, `SegmentDeletion`, `DirectoryDeletion` and `Region`.
"""
