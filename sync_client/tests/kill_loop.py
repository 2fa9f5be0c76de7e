"""A program that kills its child at the n-th SQL statement of a sync, for every n, and looks what is left.

It is a process of its own, without threads, so that it may fork. Arguments: the server, a folder, the name of a user.
"""

import os
import signal
import sys
from pathlib import Path

import httpx2
import kintoun_sync
from kintoun_sync import Patience, Store, Transport
from tests.offline_day import offline_day


class Loop:
    """The days of many users, each of which is interrupted a little later."""

    def __init__(self, server: str, folder: Path, user: str) -> None:
        self._server = server
        self._folder = folder
        self._user = user

    def run(self) -> int:
        """Go on until a sync ends before its kill; answer the number of statements."""
        number = 0
        interrupted = True
        while interrupted:
            number += 1
            interrupted = self._day(number)
        return number - 1

    def _day(self, number: int) -> bool:
        user = f"{self._user}-{number}"

        def open_device(name: str, user: str, *, transport: Transport | None = None) -> Store:
            path = self._folder / f"{user}-{name}.db"
            return kintoun_sync.open(
                path, self._server, (user, "long-secret"), transport=transport, patience=Patience(first_pause=0.0)
            )

        with httpx2.Client(base_url=self._server, auth=(user, "long-secret"), timeout=30) as client:
            day = offline_day(open_device, client, user)
            day.laptop.close()
            child = os.fork()
            if child == 0:
                _sync_until(open_device("laptop", user), number)
            status = os.waitpid(child, 0)[1]
            killed = os.WIFSIGNALED(status)
            assert killed or os.WEXITSTATUS(status) == 0, "the sync itself failed"
            day.laptop = open_device("laptop", user)
            day.check()
            day.laptop.close()
            day.phone.close()
        return killed


def _sync_until(store: Store, number: int) -> None:
    """Synchronise, and die before the n-th statement."""
    left = number

    def count(_: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    store._database.connection.set_trace_callback(count)
    code = 1
    try:
        store.sync()
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    print(Loop(sys.argv[1], Path(sys.argv[2]), sys.argv[3]).run())  # noqa: T201 - its result
