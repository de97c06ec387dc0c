"""What keeps a server from serving."""

import os

from engine.config.address import Address
from engine.kernel.errors import EngineError


class AddressInUse(EngineError):
    """The address cannot be listened on. `key` is the configuration key that names it."""

    def __init__(self, address: Address, error: OSError, *, key: str = "listen") -> None:
        # Names that do not resolve have negative numbers and their own text.
        number = error.errno or 0
        reason = os.strerror(number) if number > 0 else error.strerror or str(error)
        super().__init__(f"cannot listen on {address}: {reason}")
        self.address = address
        self.key = key
