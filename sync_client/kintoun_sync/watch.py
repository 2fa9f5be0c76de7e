"""Following what changes in the store: by this program, by others on the same file, and by syncs."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from .record import Record
from .sqlite.changes import ChangeKind, ChangeRow, Origin, changes_since, last_tick
from .sqlite.database import Database

_LOOK_SECONDS = 0.1
"""How often the file is asked whether another process has written."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something has happened to a record; ``record`` is what it is now, None for one that is not there."""

    bucket: str
    collection: str
    id: str
    kind: ChangeKind
    origin: Origin
    record: Record | None


class _Feed:
    """The changes since a watch began."""

    def __init__(self, database: Database, collection: int | None, described: Callable[[ChangeRow], Change]) -> None:
        self._database = database
        self._collection = collection
        self._described = described
        self._last = last_tick(database)
        self._ready: deque[Change] = deque()

    def next(self) -> Change | None:
        if not self._ready and last_tick(self._database) > self._last:
            rows = changes_since(self._database, self._last, self._collection)
            self._last = rows[-1].tick if rows else self._last
            self._ready.extend(map(self._described, rows))
        return self._ready.popleft() if self._ready else None


class Watch:
    """An iterator of changes that waits for the next one; it ends after ``timeout`` seconds without any."""

    def __init__(
        self,
        database: Database,
        collection: int | None,
        described: Callable[[ChangeRow], Change],
        timeout: float | None,
    ) -> None:
        self._database = database
        self._feed = _Feed(database, collection, described)
        self._timeout = timeout

    def __iter__(self) -> "Watch":
        return self

    def __next__(self) -> Change:
        deadline = None if self._timeout is None else time.monotonic() + self._timeout
        while (change := self._feed.next()) is None:
            left = _LOOK_SECONDS if deadline is None else min(_LOOK_SECONDS, deadline - time.monotonic())
            if left <= 0:
                raise StopIteration
            with self._database.changed:
                self._database.changed.wait(left)
        return change


class AsyncWatch:
    """The same for ``async for``."""

    def __init__(
        self,
        database: Database,
        collection: int | None,
        described: Callable[[ChangeRow], Change],
        timeout: float | None,
    ) -> None:
        self._feed = _Feed(database, collection, described)
        self._timeout = timeout

    def __aiter__(self) -> "AsyncWatch":
        return self

    async def __anext__(self) -> Change:
        deadline = None if self._timeout is None else time.monotonic() + self._timeout
        while (change := self._feed.next()) is None:
            left = _LOOK_SECONDS if deadline is None else min(_LOOK_SECONDS, deadline - time.monotonic())
            if left <= 0:
                raise StopAsyncIteration
            await asyncio.sleep(left)
        return change
