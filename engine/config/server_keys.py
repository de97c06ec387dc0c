"""The keys of addresses, topics, connections, requests and quotas. `EngineConfig` has their fields.

Some are our own, and say so; `listeners` and `advertised.listeners` are Kafka's with another
meaning.
"""

from collections.abc import Mapping
from typing import Final

from engine.config.key_table import read_keys

SERVER_KEYS = tuple(
    read_keys("""
data | string restart |
    The directory that holds everything the engine stores. Kafka has no such key.
listen | string restart | 127.0.0.1:9092 | address
    HOST:PORT on which Kafka clients are served; port 0 takes any free one. Kafka has no such key.
listeners | list restart | | named addresses
    More addresses on which clients are served, each NAME://HOST:PORT. Differs from Kafka: the
    first listener is that of listen, and PLAINTEXT is its name.
advertised.listeners | list restart | | named addresses
    The addresses that clients are told to use where they differ from those listened on: HOST:PORT
    for listen, NAME://HOST:PORT for one of listeners.
metrics.listen | string restart | | address or nothing
    HOST:PORT of /metrics and /health over HTTP; empty for none. Kafka has no such key.
logging.format | string restart | text | text, json
    How serve writes its log: text is an event with key=value fields, json an object, one a line.
    Kafka has no such key.
durability | string restart | fsync | fsync, os
    What acks=all waits for: fsync means the disk, os means the page cache of the operating system,
    as with a single Kafka broker. Kafka has no such key.
node.id | int restart | 1 | 0..
    The id of this broker in the cluster.
broker.rack | string restart | null
    The rack or zone that Metadata tells clients.

num.partitions | int | 1 | 1..
    Partitions of a topic that is created without a number.
default.replication.factor | int | 1 | 1..
    Replicas of a topic that is created without a number.
auto.create.topics.enable | boolean | true
    Create a topic when a client that allows it asks for its metadata.
delete.topic.enable | boolean | true
    Allow DeleteTopics.

max.connections | int dynamic | 2147483647 | 0..
    Connections served at once. Differs from Kafka: further ones are closed, they do not wait.
max.connection.creation.rate | int dynamic | 2147483647 | 0..
    Connections let in per second. Those that come sooner wait. Single addresses are limited by
    quotas of connection_creation_rate.
max.connections.per.ip | int dynamic | 2147483647 | 0..
    Connections served at once from one address.
max.connections.per.ip.overrides | string dynamic | | limits of hosts
    Addresses with a limit of their own, each ADDRESS:NUMBER, separated by commas. Differs from
    Kafka: names of hosts are not looked up.
connections.max.idle.ms | long | 600000
    A connection without a request for this long is closed.
socket.listen.backlog.size | int restart | 512 | 1..
    Connections that the operating system queues before they are accepted. Differs from Kafka: 512
    instead of 50.
socket.request.max.bytes | int restart | 104857600 | 1..
    The largest request; a longer one closes its connection.
queued.max.request.bytes | long restart | 268435456
    Bytes of requests in memory over all connections before reading pauses. Differs from Kafka:
    256 MiB instead of no limit.
fetch.max.bytes | int | 57671680 | 1024..
    The most that one fetch returns, whatever the client asks for.
max.incremental.fetch.session.cache.slots | int restart | 1000 | 0..
    Incremental fetch sessions that are kept.
max.request.partition.size.limit | int | 2000 | 1..
    Partitions in one answer of DescribeTopicPartitions.
quota.window.num | int restart | 11 | 1..
    Windows over which the rates of clients count.
quota.window.size.seconds | int restart | 1 | 1..
    Seconds of each of those windows.
controller.quota.window.num | int restart | 11 | 1..
    Windows whose changes of topics a client may make at once.
controller.quota.window.size.seconds | int restart | 1 | 1..
    Seconds of each of those windows.
""")
)

ALIASES: Final[Mapping[str, str]] = {"broker.id": "node.id", "log.dir": "data", "log.dirs": "data"}
"""Other names of keys."""

ALIAS_KEYS = tuple(
    read_keys("""
broker.id | int restart | null | 0..
    The same as node.id.
log.dir | list restart | null | one directory
    The same as data.
log.dirs | list restart | null | one directory
    The same as data. Differs from Kafka: one directory, not several.
""")
)
