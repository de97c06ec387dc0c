"""The brokers at a glance: who is gone, who is silent, who is full."""

from dataclasses import replace

from console.model.figures import Unknown
from console.model.section import Ready
from console.model.snapshot import Snapshot
from console.panels.brokers import BrokersPanel
from tests.support.hand import at_rest
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import brokers, busy, cluster, stale
from tests.support.stage import Stage, lines_of, shown


def with_second(**changes: object) -> Snapshot:
    rows = tuple(
        replace(each, **changes) if each.node_id == 2 else each  # type: ignore[arg-type]
        for each in brokers()
    )
    return replace(busy(), cluster=Ready(replace(cluster(), brokers=rows), NOW_MS))


async def drawn(snapshot: Snapshot, width: int = 36, height: int = 19) -> list[str]:
    panel = BrokersPanel()
    app = Stage(panel)
    async with app.run_test(size=(width, height)):
        panel.show(snapshot)
        await at_rest(app)
        return lines_of(app)


async def test_a_broker_that_is_well_shows_what_it_leads_and_how_full_it_is() -> None:
    lines = await drawn(busy())
    text = "\n".join(lines)
    assert "● 1 kafka-1.eu:9092" in text
    assert "★ ctl" in text
    assert text.count("disk ") == text.count("cpu ") == text.count("mem ") == 3
    assert "3 online" in lines[-1]


async def test_a_broker_without_load_shows_what_is_written_to_it_and_its_round_trip() -> None:
    mute = Unknown("this cluster does not tell")
    text = "\n".join(await drawn(with_second(cpu_ratio=mute, memory=mute), height=20))
    assert "│ in 58.9K msg/s · 18.3 MB/s" in text
    assert "│ round trip 1.9 ms, worst 17.1 ms" in text
    text = "\n".join(await drawn(with_second(cpu_ratio=mute, memory=mute), height=10))
    assert "in 58.9K" not in text, "gauges come first"


async def test_a_broker_that_is_gone_is_red_and_named_in_the_border() -> None:
    lines = await drawn(with_second(is_online=False, disk=Unknown("the broker is down")))
    assert any(line.startswith("│ ■ 2") and "gone" in line for line in lines)
    assert "2 online · broker 2 gone" in lines[-1]


async def test_a_broker_that_does_not_answer_is_told_from_one_that_is_well() -> None:
    lines = await drawn(with_second(silence="kafka-2.eu:9092 did not answer"))
    assert any(line.startswith("│ ▲ 2") and "silent" in line for line in lines)
    assert "2 online · broker 2 silent" in lines[-1]


async def test_a_broker_with_a_failed_disk_is_not_shown_as_well() -> None:
    lines = await drawn(with_second(problem="log directory /data has failed"))
    assert any(line.startswith("│ ▲ 2") and "bad disk" in line for line in lines)


async def test_what_is_old_says_how_old_it_is() -> None:
    panel = BrokersPanel()
    app = Stage(panel)
    async with app.run_test(size=(50, 19)):
        panel.show(stale())
        await at_rest(app)
        assert "▲ as of 46s ago · 3 online" in shown(app)
