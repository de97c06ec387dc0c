"""What is in the way of a step, and the way back. Pure."""

from console.tour.sight import Sight
from console.tour.step import Step, Tour

ELSEWHERE = "Another cluster is on show: {app.clusters} lists them and opens the tour's own again."
SILENT = (
    "The broker does not answer just now: the line at the top says why. The tour goes on by itself "
    "when it is back."
)


def hindrance_of(tour: Tour, step: Step, sight: Sight) -> str:
    """Why the step cannot be done as things are, with marks for keys; empty when it can."""
    if not sight.is_home:
        return ELSEWHERE
    if sight.snapshot is None:
        return ""
    if not sight.is_connected:
        return SILENT
    return _missing(tour, step, sight)


def _missing(tour: Tour, step: Step, sight: Sight) -> str:
    for name in step.topics if sight.topics is not None else ():
        if sight.topic(name) is None:
            return tour.no_topic.replace("{name}", name)
    for name in step.flows:
        if sight.rate(name) == 0:
            return tour.no_flow.replace("{name}", name)
    for name in step.readers if sight.groups is not None else ():
        if sight.group(name) is None or sight.members(name) == 0:
            return tour.no_reader.replace("{name}", name)
    for name in step.lags:
        group = sight.group(name)
        if group is not None and group.is_enriched and not group.lag_total.is_complete:
            return tour.no_lag.replace("{name}", name)
    if step.dialog is not None and step.dialog not in sight.screens:
        return tour.no_dialog
    return ""


def is_astray(step: Step, sight: Sight) -> bool:
    """Whether the person is elsewhere than where the step begins."""
    return step.place is not None and sight.place != step.place
