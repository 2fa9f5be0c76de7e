"""The adapter for a throw-away database in memory, by mongomock; needs the extra ``demo``.

It has no transactions: writes happen one after another under one lock, which is enough in one process that holds all
the data.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from importlib import metadata
from itertools import islice
from typing import Any, TypeVar

import mongomock

from kintoun_server.errors import Unavailable

from .driver import (
    Adjust,
    Criterion,
    Document,
    Find,
    Index,
    Operation,
    Put,
    Query,
    Remove,
    ServerInfo,
    StoreError,
    Transaction,
)

T = TypeVar("T")


class MongomockDriver:
    """A database in the memory of this process; it is gone with it."""

    def __init__(self) -> None:
        """Make an empty database."""
        self._database: Any = mongomock.MongoClient()["kintoun"]
        self._lock = asyncio.Lock()

    async def find(self, find: Find, seconds: float = 0) -> list[Document]:  # noqa: ARG002 - the seam has it
        """Read documents."""
        found: Iterable[Document] = self._database[find.collection].find(find.query, sort=list(find.sort) or None)
        for criterion in (find.where, find.after):
            found = filter(criterion.matches, found) if criterion else found
        if find.order:
            found = sorted(found, key=find.order.key)
        return list(_first_bytes(islice(found, find.limit or None), find.max_bytes))

    async def count(
        self,
        collection: str,
        query: Query,
        seconds: float,  # noqa: ARG002 - the seam has it
        where: Criterion | None = None,
    ) -> int:
        """Count the documents that match."""
        return len(await self.find(Find(collection, query, where=where)))

    async def write(self, operations: Sequence[Operation], seconds: float) -> int:  # noqa: ARG002 - the seam has it
        """Write one after another; answer how many documents were removed."""
        async with self._lock:
            return self._write(operations)

    async def transaction(self, body: Callable[[Transaction], Awaitable[T]], seconds: float) -> T:
        """Run ``body`` while nobody else writes."""
        try:
            async with asyncio.timeout(seconds), self._lock:
                return await body(_MongomockTransaction(self))
        except TimeoutError:
            raise Unavailable(f"no answer within {seconds} seconds") from None

    async def ensure_indexes(self, indexes: Sequence[Index]) -> None:
        """Make the indexes; those that only speed things up are left out."""
        for index in indexes:
            if index.unique:
                self._database[index.collection].create_index(list(index.keys), unique=True, name=index.name)

    async def index_names(self, collection: str) -> set[str]:
        """List the indexes that are there."""
        return set(self._database[collection].index_information())

    async def info(self, seconds: float) -> ServerInfo:  # noqa: ARG002 - the seam has it
        """Say what this is."""
        return ServerInfo(f"mongomock {metadata.version('mongomock')}", ephemeral=True)

    async def explain(self, find: Find) -> Document:
        """Refuse: there are no plans here.

        Raises:
            StoreError: always.
        """
        message = f"the database in memory has no plan for {find.query}"
        raise StoreError(message)

    async def close(self) -> None:
        """Forget everything."""
        self._database.client.close()

    def _write(self, operations: Sequence[Operation]) -> int:
        return sum(self._write_one(operation) for operation in operations)

    def _write_one(self, operation: Operation) -> int:
        collection = self._database[operation.collection]
        match operation:
            case Put(document=document):
                collection.replace_one({"_id": document["_id"]}, document, upsert=True)
            case Adjust(id=document_id, update=update, upsert=upsert):
                collection.update_one({"_id": document_id}, update, upsert=upsert)
            case Remove(query=query):
                return int(collection.delete_many(query).deleted_count)
        return 0


def _first_bytes(documents: Iterable[Document], max_bytes: int) -> Iterator[Document]:
    size = 0
    for document in documents:
        yield document
        size += document.get("size", 0)
        if 0 < max_bytes < size:
            return


class _MongomockTransaction:
    def __init__(self, driver: MongomockDriver) -> None:
        self._driver = driver

    async def find(self, find: Find) -> list[Document]:
        return await self._driver.find(find)

    async def write(self, operations: Sequence[Operation]) -> None:
        self._driver._write(operations)  # noqa: SLF001 - the lock is held by the transaction
