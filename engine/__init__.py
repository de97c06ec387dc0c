"""The broker: a durable partitioned log that speaks the Kafka protocol.

    async with Engine(EngineConfig(data="/path", listen="127.0.0.1:0")) as engine:
        print(engine.address)

The two names load on first use: whoever wants only a part, such as the client, loads no broker.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.config.engine_config import EngineConfig
    from engine.host import Engine

__all__ = ["Engine", "EngineConfig"]


def __getattr__(name: str) -> object:
    if name == "Engine":
        from engine.host import Engine

        return Engine
    if name == "EngineConfig":
        from engine.config.engine_config import EngineConfig

        return EngineConfig
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
