"""What the header bar says of a snapshot. Pure."""

from console.model import units
from console.model.cluster import ConnectionState
from console.model.section import content
from console.model.severity import Severity
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels.cells import SIGNS
from console.screens.routes import Frame
from console.widgets.chrome import HeaderFacts


def header_facts(snapshot: Snapshot | None, frame: Frame, detail: str) -> HeaderFacts:
    """The facts of the header for a snapshot, the present view, and what is open in it."""
    view, detail = dict(frame.views).get(frame.view, ""), plain(detail, limit=120)
    name = plain(frame.care.cluster, limit=40)
    warning = "PRODUCTION" if frame.care.is_production else ""
    remark = "read only" if frame.care.is_read_only else ""
    address = plain(frame.address)
    if snapshot is None:
        about = (address,) if address else ()
        return HeaderFacts(name, warning, remark, about=about, view=view, detail=detail)
    connection, cluster = snapshot.connection, content(snapshot.cluster)
    if cluster is None or connection.state is not ConnectionState.CONNECTED:
        sign = SIGNS[connection.state.severity]
        said = connection.state.value
    else:
        total = len(cluster.brokers)
        severity = Severity.OK if cluster.online == total else Severity.ERROR
        sign, said = SIGNS[severity], f"{cluster.online}/{total} brokers"
    version = f"v{cluster.version}" if cluster is not None and cluster.version else ""
    mode = cluster.mode if cluster is not None else ""
    words = (mode, connection.address if connection.is_hosted else "", version)
    if address:
        # Which cluster of its name it is comes first, where there is no room for all.
        words = (address, version, mode)
    interval = "paused" if frame.is_paused else f"{units.duration(snapshot.interval_s)} ⟳"
    return HeaderFacts(
        cluster=plain(snapshot.cluster_name, limit=40),
        warning=warning,
        remark=remark,
        alert=f"{frame.alerts} alert{'s' if frame.alerts > 1 else ''}" if frame.alerts else "",
        sign=sign,
        brokers=said,
        about=tuple(plain(word) for word in words if word),
        view=view,
        detail=detail,
        interval=interval,
        is_paused=frame.is_paused,
        clock=frame.times.clock(snapshot.at_ms),
    )


def trouble_of(snapshot: Snapshot) -> str:
    """One line when the cluster does not answer or has news; empty otherwise."""
    connection = snapshot.connection
    if connection.state is ConnectionState.CONNECTED:
        return plain(connection.notice)
    retry = ""
    if connection.retry_at_ms is not None:
        retry = f"; next attempt {units.ago(connection.retry_at_ms, snapshot.at_ms)}"
    said, address = plain(connection.detail or connection.state.value), plain(connection.address)
    # What bars us names the cluster, or the broker that does.
    is_named = address in said or connection.state is ConnectionState.BARRED
    where = "" if is_named else f"{address}: "
    return f"{where}{said}{retry}"
