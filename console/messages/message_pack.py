"""MessagePack, where the library for it is installed (`pip install 'kconsole[msgpack]'`)."""

from console.messages.structure import MISSING

_CONTAINERS = (*range(0x80, 0xA0), *range(0xDC, 0xE0))
"""First bytes of maps and arrays. Nothing else is tried: any byte may be a MessagePack number."""


def decoded_message_pack(content: bytes) -> object:
    """A map or array with all that is in it, or MISSING."""
    if not content or content[0] not in _CONTAINERS:
        return MISSING
    try:
        import msgpack
    except ImportError:
        return MISSING
    try:
        return msgpack.unpackb(content, strict_map_key=False, timestamp=1)
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException):
        return MISSING
