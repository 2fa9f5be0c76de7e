"""The signals that stop the server: the first in good order, the second at once."""

import asyncio
import os
import signal
from collections.abc import Callable
from types import TracebackType
from typing import Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopSignals:
    """During the context, the first SIGINT, SIGTERM or SIGHUP cancels the task that entered it, and is forgiven to it.

    So the task is stopped wherever it is, and cleans up on its way out. A second signal ends the process at once, after
    ``at_once`` has been called, with the exit status that a shell shows for the signal.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self.at_once: Callable[[], None] = lambda: None
        self._say = say
        self._stopping = False
        self._task: asyncio.Task[object] | None = None

    def __enter__(self) -> Self:
        self._task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            if signal.getsignal(number) != signal.SIG_IGN:  # nohup: the terminal may go, the server stays
                loop.add_signal_handler(number, self._receive, number)
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> bool:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
        return self._stopping and isinstance(error, asyncio.CancelledError)

    def _receive(self, number: signal.Signals) -> None:
        if self._stopping:
            self.at_once()
            os._exit(128 + number)
        self._stopping = True
        self._say(f"{number.name}: stopping when the requests in flight are answered; a second one ends at once")
        if self._task:
            self._task.cancel()
