"""Removing what deleted containers leave behind.

Deleting a bucket or a collection takes one transaction, however much is below: its generation ends, so its children
belong to no list any more. Here they are removed from the database, by whichever server process comes first; doing it
twice does no harm.
"""

import asyncio
import logging

from kintoun_server.domain.kinds import BUCKET, COLLECTION, KINDS
from kintoun_server.errors import Unavailable

from .documents import list_key
from .driver import OBJECTS, PURGES, Driver, Find, Put, Remove

CHUNK = 1000
"""How many documents are removed by one command."""
INTERVAL_SECONDS = 300.0
"""How often what other processes left is looked for."""

_logger = logging.getLogger(__name__)


class Purger:
    """Removes what is marked in ``purges``: at its start, when it is woken, and now and then."""

    def __init__(self, driver: Driver, seconds: float) -> None:
        """Purge through ``driver``; ``seconds`` bounds each of its calls."""
        self._driver = driver
        self._seconds = seconds
        self._woken = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the background."""
        self._task = asyncio.create_task(self._run())

    def wake(self) -> None:
        """Tell that something was marked."""
        self._woken.set()

    async def stop(self) -> None:
        """Stop; what is not done yet is done after the next start."""
        if self._task:
            # A call to the database may swallow the cancellation, if it comes with the answer.
            self._stopping = True
            self._woken.set()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def purge(self) -> None:
        """Remove everything that is marked now.

        Raises:
            Unavailable: the database did not answer; the marks are still there.
        """
        find = Find(PURGES, {}, sort=(("_id", 1),), limit=CHUNK)
        while marks := await self._driver.find(find, self._seconds):
            for mark in marks:
                await self._purge_generation(mark["_id"])

    async def _run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            try:
                await self.purge()
            except Unavailable as error:
                _logger.warning("purging is put off: %s", error)
            try:
                await asyncio.wait_for(self._woken.wait(), INTERVAL_SECONDS)
            except TimeoutError:
                continue

    async def _purge_generation(self, generation: str) -> None:
        for kind in (BUCKET, COLLECTION):
            for name in kind.lists:
                await self._purge_list(list_key(generation, KINDS[name]), holds_containers=bool(KINDS[name].lists))
        await self._driver.write([Remove(PURGES, {"_id": generation})], self._seconds)

    async def _purge_list(self, key: str, *, holds_containers: bool) -> None:
        fields = {"generation": 1}
        while found := await self._driver.find(
            Find(OBJECTS, {"parent": key}, limit=CHUNK, projection=fields), self._seconds
        ):
            # First the mark, then the container: a process that ends in between loses nothing.
            marks = [
                Put(PURGES, {"_id": child["generation"]})
                for child in found
                if holds_containers and "generation" in child
            ]
            ids = [child["_id"] for child in found]
            await self._driver.write([*marks, Remove(OBJECTS, {"_id": {"$in": ids}, "parent": key})], self._seconds)
