"""What can go wrong between bytes and messages. Both are offences that close a connection."""

from engine.kernel.errors import EngineError


class MalformedMessage(EngineError):
    """Bytes that no writer of the protocol could have produced."""


class UnsupportedVersion(EngineError):
    """A version of a message that the codec does not know."""

    def __init__(self, message_name: str, version: int) -> None:
        super().__init__(f"{message_name} has no version {version}")
        self.message_name = message_name
        self.version = version
