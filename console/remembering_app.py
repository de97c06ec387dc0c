"""An application that has its lists and settings as they were left, cluster by cluster.

What was changed by key holds until the configuration says something else. A change of the
configuration while it runs is taken, and what was remembered instead is forgotten.
"""

from textual import work

from console.adjustable_app import AdjustableApp, Paced
from console.memory import Memory
from console.model.text import plain
from console.panels.times import Times
from console.screens.view import Look
from console.settings import Settings, TimeStyle, is_interval
from console.travels_app import TravelsApp

INTERVAL, INTERNAL, TIMES = "interval", "internal_topics", "times"


class RememberingApp(AdjustableApp, TravelsApp):
    """Settings, lists and where they are kept."""

    def __init__(self, look: Look, settings: Settings, paced: Paced) -> None:
        super().__init__(look, settings, paced)
        self.memory = Memory()

    @work(group="memory", exclusive=True, exit_on_error=False)
    async def save_memory(self) -> None:
        """Write what is new, as long as that can be done."""
        while await self.memory.save():
            pass
        self.notify(plain(self.memory.problem), severity="warning", timeout=10, markup=False)

    def recall_settings(self) -> None:
        """Have the settings that were left on this cluster, or those that are configured."""
        settings, cluster = self._settings, self.cluster_name
        interval = self.memory.setting(INTERVAL, settings.interval_s, cluster)
        wanted = settings.interval_s
        if isinstance(interval, float) and is_interval(f"{interval:g}s"):
            wanted = interval
        if wanted != self._interval_s:
            self.take_pace(wanted)
        internal = self.memory.setting(INTERNAL, settings.is_internal_shown, cluster)
        is_shown = internal if isinstance(internal, bool) else settings.is_internal_shown
        self.are_internal_shown = is_shown

    def recall_times(self) -> None:
        """Show times as they were last shown."""
        style = self.memory.setting(TIMES, self._settings.times.value)
        if isinstance(style, str) and style in list(TimeStyle):
            self.times = Times(TimeStyle(style))

    async def begin(self) -> None:
        self.recall_times()
        self.recall_settings()
        self.save_memory()
        await super().begin()

    async def begin_anew(self) -> None:
        self.recall_settings()
        await super().begin_anew()

    def set_pace(self, seconds: float) -> None:
        super().set_pace(seconds)
        configured = self._settings.interval_s
        self.memory.keep_setting(INTERVAL, seconds, configured, self.cluster_name)

    def action_times(self) -> None:
        super().action_times()
        self.memory.keep_setting(TIMES, self.times.style.value, self._settings.times.value)

    def action_internal(self) -> None:
        super().action_internal()
        configured = self._settings.is_internal_shown
        self.memory.keep_setting(INTERNAL, self.are_internal_shown, configured, self.cluster_name)
