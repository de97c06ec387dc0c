"""Talks about quotas: set, told, removed; what a client id or user may be named."""

from collections.abc import Mapping, Sequence

from engine.protocol.messages import alter_client_quotas
from engine.protocol.messages.alter_client_quotas import AlterClientQuotasRequest, OpData
from engine.protocol.messages.create_topics import CreatableTopic, CreateTopicsRequest
from engine.protocol.messages.describe_client_quotas import (
    ComponentData,
    DescribeClientQuotasRequest,
)
from tests.kafka.answers.fetch_talks import get, part
from tests.kafka.answers.produce_talks import put
from tests.kafka.answers.talk import Step, ask, every, topic
from tests.support.running_engine import batch

Entity = Mapping[str, str | None]
EXACT, DEFAULT, ANY = range(3)
PRODUCE, FETCH, REQUEST = "producer_byte_rate", "consumer_byte_rate", "request_percentage"


def _entry(entity: Entity, **ops: float | None) -> alter_client_quotas.EntryData:
    return alter_client_quotas.EntryData(
        [alter_client_quotas.EntityData(kind, name) for kind, name in entity.items()],
        [OpData(key, value or 0.0, value is None) for key, value in ops.items()],
    )


def set_quota(
    entity: Entity, *, dry: bool = False, **ops: float | None
) -> AlterClientQuotasRequest:
    """Set quotas of one entity; None removes one, and a name of None is the default entity."""
    return AlterClientQuotasRequest([_entry(entity, **ops)], dry)


def find(*parts: tuple[str, int, str | None], strict: bool = False) -> DescribeClientQuotasRequest:
    """Find entities by their parts."""
    return DescribeClientQuotasRequest([ComponentData(*each) for each in parts], strict)


def creating(*names: str, partitions: int) -> CreateTopicsRequest:
    """Create topics of so many partitions each."""
    return CreateTopicsRequest(
        [
            CreatableTopic(name=name, num_partitions=partitions, replication_factor=1)
            for name in names
        ],
        timeout_ms=30_000,
    )


ALL = every("all", find())

QUOTAS = (
    ALL,
    every("client id", set_quota({"client-id": "c"}, producer_byte_rate=1_000_000_000.0)),
    ask("default client id", set_quota({"client-id": None}, consumer_byte_rate=2_000_000_000.0)),
    ask("user", set_quota({"user": "u"}, producer_byte_rate=3_000_000_000.0)),
    ask("default user", set_quota({"user": None}, request_percentage=200.5)),
    ask("user and client id", set_quota({"user": "u", "client-id": "c"}, producer_byte_rate=4e9)),
    ask(
        "user and default client id",
        set_quota({"user": "u", "client-id": None}, producer_byte_rate=5e9),
    ),
    ask(
        "default user and client id",
        set_quota({"user": None, "client-id": "c"}, producer_byte_rate=6e9),
    ),
    ask("both defaults", set_quota({"user": None, "client-id": None}, producer_byte_rate=7e9)),
    ask(
        "several at once",
        set_quota(
            {"client-id": "d"},
            producer_byte_rate=8e9,
            consumer_byte_rate=9e9,
            request_percentage=500.0,
        ),
    ),
    ask("controller mutations", set_quota({"client-id": "d"}, controller_mutation_rate=5000.0)),
    ask(
        "names that are percent encoded", set_quota({"client-id": "a b/ü%"}, producer_byte_rate=8e9)
    ),
    ask("address", set_quota({"ip": "127.0.0.9"}, connection_creation_rate=1000.0)),
    ask("default address", set_quota({"ip": None}, connection_creation_rate=2000.0)),
    ALL,
    ask("strictly nothing", find(strict=True), 1),
    *(
        ask(
            f"{kind} {match} {name!r}, strict {strict}", find((kind, match, name), strict=strict), 1
        )
        for strict in (False, True)
        for kind, match, name in (
            ("client-id", EXACT, "c"),
            ("client-id", EXACT, "gone"),
            ("client-id", DEFAULT, None),
            ("client-id", ANY, None),
            ("user", EXACT, "u"),
            ("user", DEFAULT, None),
            ("user", ANY, None),
            ("ip", ANY, None),
            ("ip", EXACT, "127.0.0.9"),
        )
    ),
    ask("both exact", find(("user", EXACT, "u"), ("client-id", EXACT, "c")), 1),
    ask("both any", find(("user", ANY, None), ("client-id", ANY, None), strict=True), 1),
    ask("default of exact", find(("user", EXACT, "u"), ("client-id", DEFAULT, None)), 1),
    ask("user and address", find(("user", ANY, None), ("ip", ANY, None)), 1),
    ask("one kind twice", find(("user", ANY, None), ("user", ANY, None)), 1),
    ask("unknown kind", find(("team", ANY, None)), 1),
    ask("empty kind", find(("", ANY, None)), 1),
    ask("unknown match", find(("user", 7, None)), 1),
    ask("negative match", find(("user", -1, None)), 1),
    ask("exact without a name", find(("user", EXACT, None)), 1),
    ask("any with a name", find(("user", ANY, "u")), 1),
    ask("default with a name", find(("user", DEFAULT, "u")), 1),
    ask("to be validated", set_quota({"client-id": "dry"}, dry=True, producer_byte_rate=1e9), 0, 1),
    ask("bad, to be validated", set_quota({"client-id": "dry"}, dry=True, producer_byte_rate=-1.0)),
    ask("unknown key", set_quota({"client-id": "c"}, no_such=1.0)),
    ask("remove an unknown key", set_quota({"client-id": "c"}, no_such=None)),
    ask("key of another kind", set_quota({"client-id": "c"}, connection_creation_rate=1.0)),
    ask("key of another kind, address", set_quota({"ip": "127.0.0.9"}, producer_byte_rate=1.0)),
    *(
        ask(f"{key} {value}", set_quota({"client-id": "c"}, **{key: value}))
        for key in (PRODUCE, REQUEST, "controller_mutation_rate")
        for value in (0.0, -1.0, 0.5, 1e300, 1e9 + 0.5, float("inf"))
    ),
    *(
        ask(f"address {name!r}", set_quota({"ip": name}, connection_creation_rate=9.0))
        for name in ("::1", "no.such.host.invalid", "", "300.1.1.1")
    ),
    ask("address rate of a half", set_quota({"ip": "127.0.0.9"}, connection_creation_rate=0.5)),
    ask("empty entity", set_quota({}, producer_byte_rate=1e9)),
    ask("unknown kind of entity", set_quota({"team": "t"}, producer_byte_rate=1e9)),
    ask("empty client id", set_quota({"client-id": ""}, producer_byte_rate=1e9)),
    ask("empty user", set_quota({"user": ""}, producer_byte_rate=1e9)),
    ask(
        "user and address set", set_quota({"user": "u", "ip": "127.0.0.9"}, producer_byte_rate=1e9)
    ),
    ask("no values", set_quota({"client-id": "c"})),
    ask("no entries", AlterClientQuotasRequest([])),
    ask(
        "one entity twice",
        AlterClientQuotasRequest(
            [
                _entry({"client-id": "e"}, producer_byte_rate=1e9),
                _entry({"client-id": "e"}, producer_byte_rate=2e9),
            ]
        ),
    ),
    ask(
        "good and bad",
        AlterClientQuotasRequest(
            [
                _entry({"client-id": "f"}, producer_byte_rate=1e9),
                _entry({"team": "t"}, producer_byte_rate=2e9),
            ]
        ),
    ),
    ask(
        "one key twice",
        AlterClientQuotasRequest(
            [
                alter_client_quotas.EntryData(
                    [alter_client_quotas.EntityData("client-id", "g")],
                    [OpData(PRODUCE, 1e9, False), OpData(PRODUCE, 2e9, False)],
                )
            ]
        ),
    ),
    ask(
        "one kind twice",
        AlterClientQuotasRequest(
            [
                alter_client_quotas.EntryData(
                    [
                        alter_client_quotas.EntityData("client-id", "g"),
                        alter_client_quotas.EntityData("client-id", "h"),
                    ],
                    [OpData(PRODUCE, 1e9, False)],
                )
            ]
        ),
    ),
    ALL,
    *(
        ask(
            f"remove {entity}",
            set_quota(
                entity, **dict.fromkeys((PRODUCE, FETCH, REQUEST, "controller_mutation_rate"))
            ),
        )
        for entity in (
            {"client-id": "c"},
            {"client-id": None},
            {"client-id": "d"},
            {"client-id": "e"},
            {"client-id": "f"},
            {"client-id": "g"},
            {"client-id": "h"},
            {"client-id": "a b/ü%"},
            {"user": "u"},
            {"user": None},
            {"user": "u", "client-id": "c"},
            {"user": "u", "client-id": None},
            {"user": None, "client-id": "c"},
            {"user": None, "client-id": None},
            {"client-id": "gone"},
        )
    ),
    ask("remove another address", set_quota({"ip": "::1"}, connection_creation_rate=None)),
    ask("remove address", set_quota({"ip": "127.0.0.9"}, connection_creation_rate=None)),
    ask("remove default address", set_quota({"ip": None}, connection_creation_rate=None)),
    ALL,
)

THROTTLES = (
    topic("th"),
    ask("fill", put("th", batch(b"x" * 50_000)), 12),
    *(
        ask(f"quota of {name}", set_quota({"client-id": name}, producer_byte_rate=1_000.0))
        for name in ("pays", "pays-nothing")
    ),
    ask("sends too much", put("th", batch(b"x" * 100_000)), 12, client_id="pays"),
    ask("sends little", put("th", batch(b"x" * 1_000)), 12, client_id="pays-nothing"),
    ask("quota of readers", set_quota({"client-id": "reads"}, consumer_byte_rate=90_000.0)),
    ask("reads", get(part(0), name="th"), 12, client_id="reads"),
    ask("quota of makers", set_quota({"client-id": "makes"}, controller_mutation_rate=1.0)),
    ask(
        "quota of older makers",
        set_quota({"client-id": "makes-by-5"}, controller_mutation_rate=1.0),
    ),
    ask("makes many", creating("th-a", "th-b", partitions=15), 7, client_id="makes"),
    ask(
        "makes many, unknowing", creating("th-c", "th-d", partitions=15), 5, client_id="makes-by-5"
    ),
    *(
        ask(f"no quota of {name}", set_quota({"client-id": name}, **{key: None}))
        for name, key in (
            ("pays", PRODUCE),
            ("pays-nothing", PRODUCE),
            ("reads", FETCH),
            ("makes", "controller_mutation_rate"),
            ("makes-by-5", "controller_mutation_rate"),
        )
    ),
)

TALKS: Mapping[str, Sequence[Step]] = {"client quotas": QUOTAS, "throttles": THROTTLES}
