"""The configuration that processes of our broker are started with, as its file changes.

A process that takes the place of one that died is started with what the first could take over. What
needs a restart waits for the console's own: a broker that died must not come back with another
directory.
"""

from collections.abc import Mapping
from typing import Final

from engine.config.broker_keys import explicit_texts
from engine.config.engine_config import EngineConfig
from engine.config.reload import ConfigNews, Wanted, reloaded

_METRICS_LISTEN: Final = "127.0.0.1:0"


class OwnConfig:
    """What holds for the next process."""

    def __init__(self, engine: EngineConfig) -> None:
        self._engine = engine

    def take(self, news: ConfigNews) -> None:
        """Take over what has become of the file; one that is wrong changes nothing."""
        if isinstance(news, Wanted):
            self._engine = reloaded(self._engine, news.config).config

    def texts_for(self, listen: str) -> Mapping[str, str]:
        """The values by key for a process that listens on an address. Metrics are always served."""
        texts = explicit_texts(self._engine) | {"data": self._engine.data, "listen": listen}
        texts["metrics.listen"] = texts.get("metrics.listen") or _METRICS_LISTEN
        return texts
