"""A call in a process of its own, whose death by a signal is an answer.

A client library may abort on what a broker with a bug hands it, and would take the proof with it.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TypeVar

T = TypeVar("T")


class Died(RuntimeError):
    """The process was ended by a signal before it had an answer."""


def in_own_process(call: Callable[..., T], *arguments: object, **options: object) -> T:
    """What a call returns that is made in a new process. Blocking.

    Raises Died when a signal ends that process; what it had started is ended with it. Raises
    RuntimeError when the call fails by itself, after its traceback was printed.
    """
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(sender, call, arguments, options))
    process.start()
    sender.close()
    try:
        answer: T = receiver.recv()
    except EOFError:
        process.join()
        assert process.pid is not None
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        code = process.exitcode or 0
        if code < 0:
            raise Died(signal.Signals(-code).name) from None
        raise RuntimeError(f"a process ended with {code} and without an answer") from None
    process.join()
    return answer


def _answer(
    sender: Connection,
    call: Callable[..., object],
    arguments: tuple[object, ...],
    options: dict[str, object],
) -> None:
    os.setpgrp()
    sender.send(call(*arguments, **options))
