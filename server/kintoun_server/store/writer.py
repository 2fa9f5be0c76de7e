"""Group commit.

For each container one queue, and one transaction for all that gathered in it while the one before was in flight.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import Context
from dataclasses import dataclass
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

from kintoun_server.domain.change import Change, Outcome
from kintoun_server.domain.deletion import Deleted, Deletion
from kintoun_server.domain.refusals import Refusal
from kintoun_server.domain.uri import ListURI
from kintoun_server.errors import Unavailable
from kintoun_server.trace import Trace, current, work_for

from .commit import ChangeSet, Committer
from .driver import TooManyWrites
from .gate import Gate

Answer: TypeAlias = Outcome | Refusal

MAX_WAITING_BYTES = 64 * 1024 * 1024
"""How much of request bodies may wait in all queues together."""
MAX_BATCH_BYTES = 8 * 1024 * 1024
"""How much of request bodies goes into one transaction."""


@dataclass(frozen=True, slots=True)
class WriteLimits:
    """Bounds: requests that wait in one queue, and changes in one transaction."""

    queue_length: int = 1000
    batch_size: int = 100


@dataclass(slots=True)
class _Waiting:
    work: ChangeSet | Deletion
    done: "asyncio.Future[Any]"
    traces: tuple[Trace, ...]


class Writer:
    """The writes of the store. Several processes may have one each on the same database: the database orders them."""

    def __init__(self, committer: Committer, limits: WriteLimits, gate: Gate) -> None:
        """Write through ``committer``, as long as ``gate`` is open."""
        self._gate = gate
        self._committer = committer
        self._limits = limits
        self._queues: dict[str, deque[_Waiting]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._waiting_bytes = 0
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def change(self, list_uri: ListURI, changes: Sequence[Change], size: int = 0) -> Sequence[Answer]:
        """Make changes to one list, together; ``size`` is that of their bodies in bytes.

        Each change is answered by itself: an outcome, or the refusal that kept it from being made. All outcomes are
        committed, to a majority.

        Raises:
            TooManyWrites: the queue is full, or all of them together are.
            Unavailable: the database did not answer, and whether anything was written is not known.
        """
        work = ChangeSet(tuple((list_uri, change) for change in changes), size)
        answers: Sequence[Answer] = await self._submit(list_uri.parent_uri, work)
        return answers

    async def change_together(self, changes: Sequence[tuple[ListURI, Change]], size: int = 0) -> Sequence[Answer]:
        """Make changes to lists of one container, one after another in one commit; otherwise as ``change``."""
        if not changes:
            return []
        answers: Sequence[Answer] = await self._submit(changes[0][0].parent_uri, ChangeSet(tuple(changes), size))
        return answers

    async def delete(self, deletion: Deletion) -> Deleted:
        """Delete the objects of a list that match.

        Raises:
            Refusal: nothing is deleted.
            TooManyWrites, Unavailable: as ``change``.
        """
        deleted: Deleted = await self._submit(deletion.list.parent_uri, deletion)
        return deleted

    async def drain(self) -> None:
        """Wait until everything that was submitted is answered."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _submit(self, container: str, work: ChangeSet | Deletion) -> Any:  # noqa: ANN401 - as the kind of work
        if len(self._queues.get(container, ())) >= self._limits.queue_length:
            raise TooManyWrites("too many writes wait for the same list")
        if self._waiting_bytes > MAX_WAITING_BYTES:
            raise TooManyWrites("too many bytes wait to be written")
        waiting = _Waiting(work, asyncio.get_running_loop().create_future(), current())
        queue = self._queues.setdefault(container, deque())
        queue.append(waiting)
        self._waiting_bytes += _size(work)
        if container not in self._tasks:
            self._tasks[container] = asyncio.create_task(self._work(container, queue), context=Context())
        # A client that goes away does not take back what it asked for.
        return await asyncio.shield(waiting.done)

    async def _work(self, container: str, queue: "deque[_Waiting]") -> None:
        try:
            while queue:
                batch = self._next_batch(queue)
                try:
                    await self._commit(container, batch)
                finally:
                    self._waiting_bytes -= sum(_size(waiting.work) for waiting in batch)
        finally:
            for waiting in queue:
                self._waiting_bytes -= _size(waiting.work)
                waiting.done.cancel()
            del self._queues[container], self._tasks[container]

    def _next_batch(self, queue: "deque[_Waiting]") -> list[_Waiting]:
        batch = [queue.popleft()]
        first = batch[0].work
        if isinstance(first, Deletion):
            return batch
        size, count = first.size, len(first.changes)
        while queue and isinstance(following := queue[0].work, ChangeSet):
            size, count = size + following.size, count + len(following.changes)
            if size > MAX_BATCH_BYTES or count > self._limits.batch_size:
                break
            batch.append(queue.popleft())
        return batch

    async def _commit(self, container: str, batch: list[_Waiting]) -> None:
        # Each of them waits for all round trips of the transaction.
        work_for(trace for waiting in batch for trace in waiting.traces)
        try:
            async with self._gate.passing(), self._locked(container, batch):
                answers = await self._answers(batch)
        except BaseException as error:
            if len(batch) > 1 and isinstance(error, Exception) and not isinstance(error, Unavailable):
                # One of them met a fault of ours, and nothing was written: the others must not share its fate.
                for waiting in batch:
                    await self._commit(container, [waiting])
                return
            for waiting in batch:
                if not waiting.done.done():
                    waiting.done.set_exception(error)
                    waiting.done.exception()
            if not isinstance(error, Exception):
                raise
            return
        for waiting, answer in zip(batch, answers, strict=True):
            if not waiting.done.done():
                waiting.done.set_result(answer)

    async def _answers(self, batch: list[_Waiting]) -> Sequence[Any]:
        now = time.time_ns() // 1_000_000
        first = batch[0].work
        if isinstance(first, Deletion):
            return [await self._committer.deletion(first, now)]
        sets = [waiting.work for waiting in batch if isinstance(waiting.work, ChangeSet)]
        return await self._committer.changes(sets, now)

    @asynccontextmanager
    async def _locked(self, container: str, batch: list[_Waiting]) -> AsyncIterator[None]:
        """Hold the containers that the batch writes, outer ones first.

        Without this a busy list would starve a change of its own container: both write the container's document.
        """
        works = [waiting.work for waiting in batch]
        inner = {uri for work in works if isinstance(work, ChangeSet) for uri in work.containers}
        async with AsyncExitStack() as stack:
            for uri in (container, *sorted(inner)):
                await stack.enter_async_context(self._locks.setdefault(uri, asyncio.Lock()))
            yield


def _size(work: ChangeSet | Deletion) -> int:
    return work.size if isinstance(work, ChangeSet) else 0
