"""The section of a snapshot about the inside of a broker of ours. Pure."""

from console.model.engine import EngineState
from console.model.section import LOADING, Loading, Refused, Section
from console.sampling.collected import Collected, with_value
from console.sampling.engine_readings import EngineReadings

NOT_OURS = "only a kconsole broker tells its inside, and this is not known to be one"
NOT_TOLD = "this broker tells no metrics at an address that can be reached from here"

METRICS_LINE = 'metrics.listen = "127.0.0.1:9404"'
"""What a broker's configuration has to say under `[engine]`, for a console on its machine."""


def engine_section(found: Collected, readings: EngineReadings) -> Section[EngineState]:
    """What there is to show of it, or why there is nothing."""
    offered, metrics = found.capabilities, found.metrics
    if offered is None:
        return found.layout if isinstance(found.layout, Loading | Refused) else LOADING
    if not offered.tells_vitals:
        return Refused(NOT_TOLD if offered.is_engine else NOT_OURS)
    state = readings.state
    if state is None:
        return metrics if isinstance(metrics, Loading | Refused) else LOADING
    return with_value(metrics, state)
