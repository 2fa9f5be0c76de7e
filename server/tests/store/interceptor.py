"""A driver that tells of each call before it makes it: to count calls, to hold them up, and to let them fail."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from kintoun_server.store.driver import (
    Criterion,
    Document,
    Driver,
    Find,
    Index,
    Operation,
    Query,
    ServerInfo,
    Transaction,
)

T = TypeVar("T")
Notice: TypeAlias = Callable[[str, Any], Awaitable[None]]
"""Is awaited with the name of a call and with what is asked for; an error that it raises is the answer."""


class Interceptor:
    """Stands before a driver; the calls are find, count, write, and transaction with its attempts and their commit."""

    def __init__(self, driver: Driver, notice: Notice) -> None:
        self._driver = driver
        self._notice = notice

    async def find(self, find: Find, seconds: float) -> list[Document]:
        """Tell of the query, then make it."""
        await self._notice("find", find)
        return await self._driver.find(find, seconds)

    async def count(self, collection: str, query: Query, seconds: float, where: Criterion | None = None) -> int:
        """Tell of the count, then make it."""
        await self._notice("count", Find(collection, query, where=where))
        return await self._driver.count(collection, query, seconds, where)

    async def write(self, operations: Sequence[Operation], seconds: float) -> int:
        """Tell of the operations, then make them."""
        await self._notice("write", operations)
        return await self._driver.write(operations, seconds)

    async def transaction(self, body: Callable[[Transaction], Awaitable[T]], seconds: float) -> T:
        """Tell of the transaction, of the calls in it, and of its commit."""
        await self._notice("transaction", None)

        async def watched(transaction: Transaction) -> T:
            await self._notice("attempt", None)
            answer = await body(_Watched(transaction, self._notice))
            await self._notice("commit", None)
            return answer

        return await self._driver.transaction(watched, seconds)

    async def ensure_indexes(self, indexes: Sequence[Index]) -> None:
        """Hand on."""
        await self._driver.ensure_indexes(indexes)

    async def index_names(self, collection: str) -> set[str]:
        """Hand on."""
        return await self._driver.index_names(collection)

    async def info(self, seconds: float) -> ServerInfo:
        """Hand on."""
        return await self._driver.info(seconds)

    async def explain(self, find: Find) -> Document:
        """Hand on."""
        return await self._driver.explain(find)

    async def close(self) -> None:
        """Hand on."""
        await self._driver.close()


class _Watched:
    def __init__(self, transaction: Transaction, notice: Notice) -> None:
        self._transaction = transaction
        self._notice = notice

    async def find(self, find: Find) -> list[Document]:
        await self._notice("find", find)
        return await self._transaction.find(find)

    async def write(self, operations: Sequence[Operation]) -> None:
        await self._notice("write", operations)
        await self._transaction.write(operations)
