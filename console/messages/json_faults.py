"""What is wrong with a text that should be JSON or base64, in words for people. Pure."""

import binascii
import json


def fault_said(error: ValueError | RecursionError) -> str:
    """Why a text was not taken: where it stops being JSON, or what else is wrong with it."""
    match error:
        case json.JSONDecodeError(lineno=1, pos=0):
            return "not JSON"
        case json.JSONDecodeError(lineno=1, colno=column):
            return f"not JSON from character {column} on"
        case json.JSONDecodeError(lineno=line, colno=column):
            return f"not JSON from line {line}, character {column} on"
        case UnicodeDecodeError(start=at):
            return f"not UTF-8: byte {at + 1} belongs to no character"
        case binascii.Error():
            return "not base64"
        case RecursionError():
            return "nested too deeply"
        case _:
            return str(error)
