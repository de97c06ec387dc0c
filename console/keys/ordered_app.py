"""An application in which each key acts on what the key before it has led to.

Textual hands a key to the widget that has the focus as the key arrives, while what a key does is
done by messages that come after it. Of keys that arrive together, from a macro, a paste or fast
hands, the second would go where the first was about to lead away from. Here a key waits until the
one before it is done with: the application has taken it and does nothing any more, no message waits
anywhere on the screen, and all its widgets are there.
"""

import asyncio
from collections import deque

from textual import events, work
from textual.app import App, ScreenStackError
from textual.message import Message
from textual.message_pump import MessagePump
from textual.widget import Widget

KEYS_MAX = 1_000
"""Keys that may wait; what is typed beyond them is lost."""

QUIET_TURNS = 3
"""Turns of the event loop in a row without a message, after which a key is done with."""

TURNS_MAX = 3_000
"""Turns after which a key is let go although the screen has not come to rest.

Opening a screen takes some hundred turns, on a busy machine as on an idle one, so this is not time.
"""


class OrderedApp(App[None]):
    """Keys and pastes are handed out one after the other, by a worker that runs once mounted."""

    def __init__(self) -> None:
        super().__init__()
        self._in_hand: events.Event | None = None
        self._waiting: deque[events.Event] = deque()
        self._was_taken = asyncio.Event()
        self._acting = 0

    @property
    def is_typing(self) -> bool:
        """Whether a key is still acted upon, or waits."""
        return self._in_hand is not None

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            if self._in_hand is not None and event is not self._in_hand:
                if len(self._waiting) < KEYS_MAX:
                    self._waiting.append(event)
                return
            self._in_hand = event
            try:
                await super().on_event(event)
            finally:
                self._was_taken.set()
        else:
            await super().on_event(event)

    async def _dispatch_message(self, message: Message) -> None:
        self._acting += 1
        try:
            await super()._dispatch_message(message)
        finally:
            self._acting -= 1

    @work(group="keys", exclusive=True, exit_on_error=True)
    async def hand_out_keys(self) -> None:
        """Let each key go when the one before it is done with, until cancelled."""
        while True:
            # Until it is taken there is one in the queue that the next must not overtake.
            await self._was_taken.wait()
            self._was_taken.clear()
            await self._settle()
            if self._waiting:
                self._in_hand = self._waiting.popleft()
                self.post_message(self._in_hand)
            else:
                self._in_hand = None

    async def _settle(self) -> None:
        quiet = 0
        for _ in range(TURNS_MAX):
            await asyncio.sleep(0)
            quiet = quiet + 1 if self._is_at_rest() else 0
            if quiet == QUIET_TURNS:
                return

    def _is_at_rest(self) -> bool:
        if self._acting or _has_messages(self):
            return False
        try:
            nodes = self.screen.walk_children(Widget, with_self=True)
        except ScreenStackError:
            return True
        return all(node.is_mounted and not _has_messages(node) for node in nodes)


def _has_messages(pump: MessagePump) -> bool:
    # Textual takes the next one out of the queue to look at it while the one before has its turn.
    return pump.message_queue_size > 0 or pump._pending_message is not None
