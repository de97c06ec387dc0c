"""The names of Kafka's on-disk layout: segment files, partition directories, files to be removed.

A segment's files are named by its base offset in 20 digits. A deleted file gets `.deleted` behind
its name, one that cleaning makes `.cleaned` and then `.swap` until it takes its place. A deleted
partition's directory gets `.<id>-delete`, one that was set aside `.<id>-stray`.
Source: Kafka's `LogFileUtils`, `UnifiedLog`.
"""

import re

from engine.kernel.ids import Offset, TopicPartition

LOG = ".log"
OFFSET_INDEX = ".index"
TIME_INDEX = ".timeindex"
TRANSACTION_INDEX = ".txnindex"
SNAPSHOT = ".snapshot"
SEGMENT_SUFFIXES = (LOG, OFFSET_INDEX, TIME_INDEX, TRANSACTION_INDEX, SNAPSHOT)

DELETED = ".deleted"
CLEANED = ".cleaned"
"""Behind the name of a file that cleaning is still writing."""
SWAP = ".swap"
"""Behind the name of a cleaned segment that is complete and about to take its place."""
TEMPORARY = ".tmp"
DELETED_DIRECTORY = "-delete"
STRAY_DIRECTORY = "-stray"

PARTITION_METADATA = "partition.metadata"
LEADER_EPOCHS = "leader-epoch-checkpoint"
CHECKSUM = ".crc"
"""Behind the name of a file whose checksum it holds. Ours: Kafka's text files have no room."""

OFFSET_DIGITS = 20
NAME_BYTES_MAX = 255
"""Bytes of one name on the file systems of Linux and macOS."""

_PARTITION = re.compile(r"([a-zA-Z0-9._-]{1,249})-(0|[1-9][0-9]{0,9})")


def segment_file(base_offset: Offset, suffix: str) -> str:
    """The name of one of a segment's files."""
    return f"{base_offset:020d}{suffix}"


def base_offset_of(name: str, suffix: str) -> Offset | None:
    """The offset in the name of a segment's file; None when it is not one with that suffix."""
    stem = name.removesuffix(suffix)
    if len(stem) != OFFSET_DIGITS or stem == name or not (stem.isascii() and stem.isdigit()):
        return None
    return int(stem)


def partition_of(name: str) -> TopicPartition | None:
    """The partition that a directory's name says; None for any other directory."""
    found = _PARTITION.fullmatch(name)
    if found is None or found[1] in (".", ".."):
        return None
    return TopicPartition(found[1], int(found[2]))


def deleted_directory(topic_partition: TopicPartition, unique: str) -> str:
    """The name that a partition's directory gets when it is deleted; `unique` tells them apart."""
    return _directory_out_of_use(topic_partition, unique, DELETED_DIRECTORY)


def stray_directory(topic_partition: TopicPartition, unique: str) -> str:
    """The name that a directory gets whose topic is not known, for people to look at."""
    return _directory_out_of_use(topic_partition, unique, STRAY_DIRECTORY)


def _directory_out_of_use(topic_partition: TopicPartition, unique: str, suffix: str) -> str:
    tail = f"-{topic_partition.partition}.{unique}{suffix}"
    return topic_partition.topic[: NAME_BYTES_MAX - len(tail)] + tail
