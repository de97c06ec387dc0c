"""The screen of messages on a running engine: what was published is read, found and followed."""

from pathlib import Path

from console.acts.journal import Journal
from console.adapters.kafka import KafkaCluster
from console.app import ConsoleApp
from console.bundled import bundled
from console.messages.browser import Browser
from console.port.cluster import NewRecord, NewTopic
from console.port.source import Source
from console.screens.messages import MessagesScreen
from console.screens.record import RecordScreen
from console.screens.view import Look
from console.settings import Settings
from console.theming.loader import load_themes
from console.views import VIEWS
from engine.kernel.system import SystemClock, SystemEntropy
from tests.support.console_stage import KeptAudit
from tests.support.hand import at_rest, press, write
from tests.support.running_engine import running_engine
from tests.support.sample_snapshots import busy
from tests.support.stage import shown
from tests.support.still_feed import StillFeed
from tests.support.waiting import until

TOPIC, PARTITIONS = "orders.placed", 12


def app_on(cluster: KafkaCluster) -> ConsoleApp:
    clock = SystemClock()
    look = Look(load_themes([bundled("themes")]).themes)
    source = Source(cluster.records, cluster.reads, clock)
    journal = Journal(KeptAudit(), "ann", clock)
    feed = StillFeed(busy())
    reads, writes = cluster.reads, cluster.writes
    return ConsoleApp(feed, reads, writes, source, journal, VIEWS, look, Settings())


def browser_of(app: ConsoleApp) -> Browser:
    assert isinstance(app.screen, MessagesScreen)
    browser = app.screen._browser
    assert browser is not None
    return browser


async def read_on(app: ConsoleApp) -> None:
    await until(lambda: not browser_of(app).is_reading)
    await at_rest(app)


async def published(cluster: KafkaCluster, first: int, count: int) -> None:
    records = [
        NewRecord(b"k", b'{"number": %d}' % number, partition=number % PARTITIONS)
        for number in range(first, first + count)
    ]
    results = await cluster.writes.publish(TOPIC, records)
    assert not [each for each in results if isinstance(each, Exception)]


async def test_messages_of_a_running_broker_are_paged_found_opened_and_followed(
    tmp_path: Path,
) -> None:
    async with running_engine(tmp_path) as engine:
        address = str(engine.address)
        cluster = KafkaCluster(address, clock=SystemClock(), entropy=SystemEntropy())
        async with cluster:
            await cluster.writes.create_topic(NewTopic(TOPIC, PARTITIONS))
            await published(cluster, 0, 360)
            app = app_on(cluster)
            async with app.run_test(size=(120, 40)):
                await press(app, "2", "m")
                await read_on(app)
                assert len(browser_of(app).hits) == 100
                while browser_of(app).has_older:
                    await press(app, "G", "down")
                    await read_on(app)
                assert len(browser_of(app).hits) == 360
                await press(app, "f")
                await write(app, "value.number == 217")
                await press(app, "enter")
                await read_on(app)
                (hit,) = browser_of(app).hits
                assert hit.record.value == b'{"number": 217}'
                assert "all searched" in shown(app)
                await press(app, "enter")
                assert isinstance(app.screen, RecordScreen)
                assert '"number": 217' in shown(app)
                await press(app, "escape", "escape")
                await read_on(app)
                await press(app, "t")
                await until(lambda: browser_of(app).is_live)
                await published(cluster, 500, 3)
                newest = [(500 + n) % PARTITIONS for n in range(3)]
                await until(lambda: all(browser_of(app).hit((p, 30)) for p in newest))
                await press(app, "escape")
                await until(lambda: not browser_of(app).is_live)
