"""Children that heed an interrupt, whoever runs the tests.

A shell has what it runs in the background ignore SIGINT, children of that inherit it, and Python
then raises no KeyboardInterrupt.
"""

import signal


def heed_interrupts() -> None:
    """Have this process end by SIGINT: for the `preexec_fn` of a child that is to be sent one."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
