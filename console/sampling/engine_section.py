"""The section of a snapshot about the inside of a broker of ours. Pure."""

from console.model.engine import EngineState
from console.model.section import LOADING, Loading, Refused, Section
from console.sampling.collected import Collected, with_value
from console.sampling.engine_readings import EngineReadings

NOT_OURS = "this cluster is no kconsole broker, or it is not known where its metrics are"


def engine_section(found: Collected, readings: EngineReadings) -> Section[EngineState]:
    """What there is to show of it, or why there is nothing."""
    offered, metrics = found.capabilities, found.metrics
    if offered is None:
        return found.layout if isinstance(found.layout, Loading | Refused) else LOADING
    if not offered.tells_vitals:
        return Refused(NOT_OURS)
    state = readings.state
    if state is None:
        return metrics if isinstance(metrics, Loading | Refused) else LOADING
    return with_value(metrics, state)
