"""What all connections of an engine share."""

from dataclasses import dataclass

from engine.broker.client_software import ClientSoftware
from engine.broker.commit import GroupCommit
from engine.broker.dispatch import Dispatcher
from engine.broker.throttling import Throttling
from engine.kernel.clock import Clock
from engine.kernel.event_log import EventLog
from engine.kernel.tasks import Tasks
from engine.metrics.registry import Registry
from engine.server.frames import FrameBuffers
from engine.server.output import FileReads
from engine.server.unsent import Unsent


@dataclass(frozen=True, slots=True)
class ConnectionParts:
    """The parts of the engine, and the buffers that connections take turns with."""

    dispatcher: Dispatcher
    commit: GroupCommit
    scratch: memoryview
    buffers: FrameBuffers
    files: FileReads
    tasks: Tasks
    clock: Clock
    registry: Registry
    log: EventLog
    request_bytes_max: int
    throttling: Throttling
    software: ClientSoftware
    unsent: Unsent
