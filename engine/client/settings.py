"""How a client behaves: who it says it is, how long it waits, how often it tries."""

from dataclasses import dataclass

from engine.client.security import NO_SECURITY, Security


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often an operation is tried before its error is the answer, and for how long."""

    attempts_max: int
    deadline_s: float
    is_patient: bool = True
    """Wait for every node up to its time-out; else others are not kept waiting for one."""


READING = RetryPolicy(attempts_max=3, deadline_s=5.0, is_patient=False)
"""For what is asked again and again anyway: an error is shown soon rather than late."""

WRITING = RetryPolicy(attempts_max=30, deadline_s=30.0)
"""For what a person asked for once."""


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """The knobs of one client. Durations in seconds."""

    client_id: str = "kconsole"
    software_name: str = "kconsole"
    software_version: str = "unknown"
    security: Security = NO_SECURITY
    connect_timeout_s: float = 5.0
    login_timeout_s: float = 15.0
    """Longer than to connect: secrets and tokens come from commands and over the network."""
    request_timeout_s: float = 15.0
    patience_s: float = 2.0
    """How long the others wait for one node when many are asked; a slow one is given longer."""
    refused_login_s: float = 30.0
    """How long no broker of the cluster is tried after a log-in was refused: a console that asks
    every second must not lock the user's account."""
    retry_backoff_s: float = 0.1
    retry_backoff_max_s: float = 1.0
    reconnect_backoff_s: float = 0.2
    reconnect_backoff_max_s: float = 10.0
    in_flight_max: int = 64
    reading: RetryPolicy = READING
    writing: RetryPolicy = WRITING
