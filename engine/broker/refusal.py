"""A change that is refused: the code that a client gets, and the sentence that goes with it."""

from engine.kernel.errors import EngineError
from engine.protocol.error_codes import ErrorCode


class Refused(EngineError):
    """One topic or resource of a request cannot have what it asks for; the others still can."""

    def __init__(self, code: ErrorCode, message: str | None = None) -> None:
        super().__init__(message or code.message)
        self.code = code
        self.message = message

    @property
    def sentence(self) -> str:
        """What an answer says that may not be silent: its own message, else the code's."""
        return self.message or self.code.message
