"""The configuration file: what is taken, and every problem with its line."""

import pytest

from engine.config.broker_keys import static_value
from engine.config.load import ConfigError, Document, engine_config, parse, read


def problems(text):
    with pytest.raises(ConfigError) as caught:
        engine_config(parse(text, file="config.toml"))
    return [str(problem) for problem in caught.value.problems]


def test_keys_are_written_as_kafka_writes_them():
    config = engine_config(
        parse(
            """
            [engine]
            listen = "127.0.0.1:0"
            num.partitions = 3
            "group.initial.rebalance.delay.ms" = "3s"
            log.retention.ms = "7d"
            durability = "os"
            [topics]
            segment.bytes = "64MiB"
            cleanup.policy = ["compact", "delete"]
            compression.type = "zstd"
            """,
            file="config.toml",
        )
    )
    assert (config.host, config.port) == ("127.0.0.1", 0)
    assert config.num_partitions == 3
    assert config.group_initial_rebalance_delay_ms == 3_000
    assert config.durability == "os"
    assert config.others == {
        "log.retention.ms": 604_800_000,
        "log.segment.bytes": 64 * 1024 * 1024,
        "log.cleanup.policy": ("compact", "delete"),
        "compression.type": "zstd",
    }
    assert "num.partitions" in config.explicit
    assert "log.segment.bytes" in config.explicit
    assert "node.id" not in config.explicit


def test_nothing_configured_is_the_default_configuration():
    config = engine_config(Document())
    assert config.listen == "127.0.0.1:9092"
    assert config.explicit == frozenset()


def test_every_problem_is_told_with_line_key_and_what_is_allowed():
    text = """\
[engine]
durability = "maybe"
num.partition = 2
retention.ms = 5

num.partitions = true
listen = "9092"
log.retention.ms = "soon"
data = 1979-05-27
[topics]
segment.byte = 1
remote.storage.enable = true
"""
    assert problems(text) == [
        (
            "config.toml:2: engine.durability: 'maybe' cannot be used: String must be one of: "
            "fsync, os"
        ),
        "config.toml:3: engine.num.partition: unknown key, did you mean num.partitions?",
        (
            "config.toml:4: engine.retention.ms: is a key of topics; its default for all topics "
            "goes under [topics]"
        ),
        (
            "config.toml:6: engine.num.partitions: True cannot be used: Not a number of type INT; "
            "allowed: a whole number, 1 or more"
        ),
        "config.toml:7: engine.listen: '9092' cannot be used: expected HOST:PORT",
        (
            "config.toml:8: engine.log.retention.ms: 'soon' cannot be used: Not a number of type "
            "LONG; allowed: a whole number of milliseconds or a duration such as "
            '"90s" or "7d", 1 or more, or -1 for no limit'
        ),
        "config.toml:9: engine.data: datetime.date(1979, 5, 27) cannot be used: expected text",
        "config.toml:11: topics.segment.byte: unknown key, did you mean segment.bytes?",
        "config.toml:12: topics.remote.storage.enable: can be set on single topics only",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "engine.log.retention.ms = 0",
        "engine.log.retention.minutes = 0",
        "engine.log.retention.hours = 0",
        'topics.retention.ms = "0s"',
    ],
)
def test_no_time_at_all_is_no_retention_of_all_topics(line):
    (problem,) = problems(line)
    assert "Value must be unlimited (-1) or at least 1" in problem


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[engine]\nx = \n", "config.toml:2: engine.x: Invalid value"),
        (
            "[engine]\n\nnum.partitions = x\n",
            (
                "config.toml:3: engine.num.partitions: Invalid value; allowed: a number, true, "
                "false, or text in quotes"
            ),
        ),
        ("[topics]\nretention.ms = 7d\n", "config.toml:2: topics.retention.ms: Expected newline"),
        ("[engine]\nlisteners = [\n  A\n]\n", "config.toml:3: engine.listeners: Invalid value"),
        (
            "[engine]\nnode.id = 1\nnode.id = 2\n",
            "config.toml:3: engine.node.id: Cannot overwrite a value",
        ),
        ("[engine]\nlisten 9092\n", "config.toml:2: Expected '=' after a key"),
        ("[engine", "config.toml:1: Expected ']' at the end of a table declaration"),
        ("[engin]\na = 1", "config.toml:1: engin: unknown section, did you mean engine?; allowed:"),
        ("engine = 1", "config.toml:1: engine: expected a table; allowed: [engine]"),
    ],
)
def test_bad_toml_and_bad_sections_are_told_with_their_line(text, message):
    assert problems(text)[0].startswith(message)


def test_flags_win_over_the_file_and_are_named_as_flags():
    document = parse('[engine]\nlisten = "127.0.0.1:1"', file="config.toml")
    assert engine_config(document, {"listen": "127.0.0.1:2"}).port == 2
    with pytest.raises(ConfigError, match="--listen: 'x' cannot be used"):
        engine_config(document, {"listen": "x"})


@pytest.mark.parametrize("text", ['durability = "maybe"', "num.partitions = 0", 'listen = "x"'])
def test_what_is_wrong_with_a_value_is_said_once(text):
    (told,) = problems(f"[engine]\n{text}\n")
    assert told.count("allow") <= 1
    assert told.count("fsync, os") <= 1
    assert told.count("HOST:PORT") <= 1


def test_other_sections_are_handed_on():
    document = parse("[console]\ntheme = 1\n[clusters.a]\nb = 2", file="config.toml")
    assert document.section("console") == {"theme": 1}
    assert str(document.problem(("clusters", "a", "b", "c"), "is wrong")) == (
        "config.toml:4: clusters.a.b.c: is wrong"
    )


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        read(tmp_path / "missing.toml")
    (tmp_path / "latin.toml").write_bytes(b"a = '\xe9'")
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        read(tmp_path / "latin.toml")


def test_a_key_that_begins_another_is_quoted():
    text = '[engine]\n"max.connections" = 5\nmax.connections.per.ip = 3'
    config = engine_config(parse(text, file="config.toml"))
    assert (config.max_connections, config.max_connections_per_ip) == (5, 3)


def test_a_key_and_its_other_name_must_not_contradict_each_other():
    assert engine_config(parse('[engine]\nlog.dirs = "/a"\n', file="f")).data == "/a"
    same = '[engine]\ndata = "/a"\nlog.dirs = ["/a"]\n'
    assert engine_config(parse(same, file="f")).data == "/a"
    with pytest.raises(ConfigError, match=r"f:3: engine.log.dirs: stands for data"):
        engine_config(parse('[engine]\ndata = "/a"\nlog.dirs = "/b"\n', file="f"))
    with pytest.raises(ConfigError, match="data lies in one directory"):
        engine_config(parse('[engine]\nlog.dirs = "/a,/b"\n', file="f"))
    flags = {"data": "/c"}
    assert engine_config(parse('[engine]\nlog.dirs = "/a"\n', file="f"), flags).data == "/c"


def test_a_default_of_topics_must_not_contradict_the_key_of_the_broker_that_it_stands_for():
    same = '[engine]\nlog.retention.ms = "1h"\n[topics]\nretention.ms = 3600000\n'
    assert static_value(engine_config(parse(same, file="f")), "log.retention.ms") == 3_600_000
    other = '[engine]\nlog.retention.ms = "1h"\n[topics]\nretention.ms = "2h"\n'
    said = r"f:4: topics.retention.ms: stands for log.retention.ms of \[engine\]"
    with pytest.raises(ConfigError, match=said):
        engine_config(parse(other, file="f"))


def test_keys_of_single_listeners_are_checked_like_those_of_all() -> None:
    config = engine_config(
        parse(
            """
            [engine]
            listeners = ["INSIDE://127.0.0.1:0"]
            listener.name.inside."max.connections" = 5
            "listener.name.plaintext.max.connections" = 7
            """,
            file="config.toml",
        )
    )
    assert config.explicit >= {
        "listener.name.inside.max.connections",
        "listener.name.plaintext.max.connections",
    }
    assert problems(
        """
        [engine]
        listener.name.plaintext.nonsense = 1
        listener.name.outside.num.network.threads = 1
        listener.name.plaintext."max.connections" = "many"
        """
    ) == [
        "config.toml:3: engine.listener.name.plaintext.nonsense: unknown key",
        (
            "config.toml:4: engine.listener.name.outside.num.network.threads: no listener has this "
            "name; allowed: plaintext"
        ),
        (
            "config.toml:5: engine.listener.name.plaintext.max.connections: 'many' cannot be used: "
            "Not a number of type INT; allowed: a whole number, 0 or more"
        ),
    ]
