"""Erasing everything, in one transaction that ends all generations (protocol section 26).

What lies below the buckets is removed by the purger afterwards; nobody can see it any more. The root stays, its clock
above all others: what is made after that is newer than every cursor that anybody has.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bson import Int64

from kintoun_server.domain.kinds import COLLECTION, GROUP, KINDS, ROOT
from kintoun_server.domain.uri import ROOT_URI

from .documents import highest, list_key
from .driver import OBJECTS, PURGES, SESSIONS, Adjust, Document, Driver, Find, Put, Remove, Transaction
from .gate import Gate

PAGE = 1000
"""Documents that are read at once."""
FLUSH_SECONDS = 50.0
"""Time limit of the transaction: MongoDB itself ends one after a minute."""
_FIELDS = {"generation": 1, "clocks": 1, "counts": 1, "highest": 1, "last_modified": 1}


@dataclass(frozen=True, slots=True)
class Flusher:
    """Erases everything; ``gate`` keeps the writes of this process out meanwhile, ``on_purge`` is called after it."""

    driver: Driver
    gate: Gate
    on_purge: Callable[[], None]

    async def flush(self, now: int) -> Mapping[str, int]:
        """Erase everything, and answer how many objects there were, by the plural of their kind; ``now`` in ms.

        Raises:
            Unavailable: the database did not answer; either everything is erased or nothing.
        """
        async with self.gate.alone():
            counts = await self.driver.transaction(lambda transaction: _flush(transaction, now), FLUSH_SECONDS)
        self.on_purge()
        return counts


async def _flush(transaction: Transaction, now: int) -> Mapping[str, int]:
    # Written first, so that nobody else adds to the root meanwhile.
    await transaction.write([Adjust(OBJECTS, ROOT_URI, {"$inc": {"commits": 1}})])
    (root,) = await transaction.find(Find(OBJECTS, {"_id": ROOT_URI}))
    counts = Counter[str](root["counts"])
    newest = max(highest(root), now)
    for kind in (KINDS[name] for name in ROOT.lists):
        async for page in _pages(transaction, list_key(ROOT_URI, kind)):
            inner = [document async for part in _collections(transaction, page) for document in part]
            newest = max(newest, *(int(document["last_modified"]) for document in page), *map(highest, [*page, *inner]))
            for document in (*page, *inner):
                counts.update(document.get("counts", {}))
            await _end(transaction, page)
    clocks = {f"clocks.{KINDS[name].plural}": Int64(newest + 1) for name in ROOT.lists}
    zeros = {f"counts.{KINDS[name].plural}": 0 for name in ROOT.lists}
    end = Remove(SESSIONS, {"account": {"$gte": ""}})  # all of them, by an index
    await transaction.write([Adjust(OBJECTS, ROOT_URI, {"$set": {**clocks, **zeros}}), end])
    return {plural: count for plural, count in counts.items() if count}


async def _pages(transaction: Transaction, key: str) -> AsyncIterator[Sequence[Document]]:
    """Read the documents of a list, oldest first; what was read may be removed before the next page."""
    last = -1
    while True:
        query = {"parent": key, "last_modified": {"$gt": last}}
        page = await transaction.find(Find(OBJECTS, query, (("last_modified", 1),), PAGE, _FIELDS))
        if not page:
            return
        last = int(page[-1]["last_modified"])
        yield page


async def _collections(transaction: Transaction, buckets: Iterable[Document]) -> AsyncIterator[Sequence[Document]]:
    keys = (list_key(document["generation"], COLLECTION) for document in buckets if "generation" in document)
    while chunk := list(islice(keys, 100)):
        yield await transaction.find(Find(OBJECTS, {"parent": {"$in": chunk}}, projection=_FIELDS))


async def _end(transaction: Transaction, page: Sequence[Document]) -> None:
    """Remove objects below the root; what is in them ends with them, groups at once, as they count wherever named."""
    generations = [document["generation"] for document in page if "generation" in document]
    groups = [list_key(generation, GROUP) for generation in generations]
    operations: list[Put | Remove] = [Put(PURGES, {"_id": generation}) for generation in generations]
    operations.append(Remove(OBJECTS, {"_id": {"$in": [document["_id"] for document in page]}}))
    operations.extend(Remove(OBJECTS, {"parent": {"$in": chunk}}) for chunk in _chunks(groups))
    await transaction.write(operations)


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + 100] for start in range(0, len(keys), 100))
