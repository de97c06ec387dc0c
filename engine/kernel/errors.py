"""The root of the engine's error tree.

Each layer derives its own classes from `EngineError`: one class for each reaction that a caller can
have, with the facts as attributes. Text for people is made at the edge.
"""


class EngineError(Exception):
    """Any failure that the engine foresees. Anything else is a programmer's error."""
