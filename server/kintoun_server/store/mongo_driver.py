"""The seam on a real MongoDB, by PyMongo's asynchronous client or by Motor, which share their calls."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias, TypeVar

import pymongo
from bson.codec_options import CodecOptions
from bson.errors import BSONError
from pymongo import IndexModel, ReplaceOne, UpdateOne
from pymongo.errors import PyMongoError
from pymongo.operations import DeleteMany
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

from kintoun_server.errors import Unavailable
from kintoun_server.trace import count_round_trip

from .abandoned import APP_NAME, end_abandoned
from .driver import Adjust, Criterion, Document, Find, Index, Operation, Put, Query, Remove, ServerInfo, Transaction

T = TypeVar("T")
_Either: TypeAlias = Any
"""A class of PyMongo or the one of Motor with the same methods, which have no base in common."""

GRACE_SECONDS = 2.0
"""How much longer than the driver's own time limit a call may take before it is cancelled."""
HINDERED_SECONDS = 0.5
"""How long a transaction is tried again before what hinders it is looked at."""
SETUP_SECONDS = 60.0
"""Time limit of building indexes."""

_MAJORITY = WriteConcern("majority")


class MongoDriver:
    """A database of a MongoDB replica set or sharded cluster, read from the primary.

    ``client`` is an ``AsyncMongoClient`` or a ``AsyncIOMotorClient``; ``open_session`` starts a session of it.
    """

    def __init__(self, client: _Either, database: str, open_session: Callable[[], Any]) -> None:
        """Use ``database`` through ``client``."""
        self._client = client
        self._open_session = open_session
        self._database = client.get_database(
            database,
            codec_options=CodecOptions(document_class=dict[str, Any]),
            read_preference=ReadPreference.PRIMARY,
            read_concern=ReadConcern("majority"),
            write_concern=_MAJORITY,
        )

    async def find(self, find: Find, seconds: float) -> list[Document]:
        """Read what a majority of the replica set has acknowledged."""
        async with _bounded(seconds):
            return await _find(self._database, find)

    async def count(self, collection: str, query: Query, seconds: float, where: Criterion | None = None) -> int:
        """Count the documents that match."""
        count_round_trip()
        async with _bounded(seconds):
            full = Find(collection, query, where=where).full_query
            return int(await self._database[collection].count_documents(full))

    async def write(self, operations: Sequence[Operation], seconds: float) -> int:
        """Write one after another, each acknowledged by a majority; answer how many documents were removed."""
        async with _bounded(seconds):
            return await _write(self._database, operations)

    async def transaction(self, body: Callable[[Transaction], Awaitable[T]], seconds: float) -> T:
        """Run ``body`` in a transaction, again from the start when it met another one."""
        loop = asyncio.get_running_loop()
        hindered_until = loop.time() + HINDERED_SECONDS

        async def attempt(session: _Either) -> T:
            if loop.time() > hindered_until:
                await end_abandoned(self._client)
            result = await body(_MongoTransaction(self._database, session))
            count_round_trip()  # the commit that follows
            return result

        async with _bounded(seconds), await _entered(self._open_session()) as session:
            result: T = await session.with_transaction(
                attempt,
                read_concern=ReadConcern("snapshot"),
                write_concern=_MAJORITY,
                read_preference=ReadPreference.PRIMARY,
            )
            return result

    async def ensure_indexes(self, indexes: Sequence[Index]) -> None:
        """Make the indexes that are missing."""
        async with _bounded(SETUP_SECONDS):
            for index in indexes:
                await self._database[index.collection].create_indexes([_index_model(index)])

    async def index_names(self, collection: str) -> set[str]:
        """List the indexes that are there."""
        async with _bounded(SETUP_SECONDS):
            return set(await self._database[collection].index_information())

    async def info(self, seconds: float) -> ServerInfo:
        """Ask the database for its version and kind; fails when it does not answer."""
        async with _bounded(seconds):
            count_round_trip()
            build = await self._client.admin.command("buildInfo")
            count_round_trip()
            hello = await self._client.admin.command("hello")
        return ServerInfo(build["version"], hello.get("setName"), sharded=hello.get("msg") == "isdbgrid")

    async def explain(self, find: Find) -> Document:
        """Answer the database's plan for a query, as MongoDB's ``explain`` gives it."""
        command: Document = {"find": find.collection, "filter": find.full_query}
        if find.sort:
            command["sort"] = dict(find.sort)
        if find.limit:
            command["limit"] = find.limit
        if find.order:
            command = {"aggregate": find.collection, "pipeline": find.pipeline, "cursor": {}}
        if find.hint:
            command["hint"] = find.hint
        async with _bounded(SETUP_SECONDS):
            plan: Document = await self._database.command({"explain": command, "verbosity": "executionStats"})
        return plan

    async def close(self) -> None:
        """Close all connections."""
        closing = self._client.close()
        if closing is not None:
            await closing


class _MongoTransaction:
    def __init__(self, database: _Either, session: _Either) -> None:
        self._database = database
        self._session = session

    async def find(self, find: Find) -> list[Document]:
        return await _find(self._database, find, self._session)

    async def write(self, operations: Sequence[Operation]) -> None:
        await _write(self._database, operations, self._session)


async def _entered(made: _Either) -> _Either:
    """Answer a session or a cursor: some of the calls that make one are awaited, and some are not."""
    return await made if asyncio.iscoroutine(made) or asyncio.isfuture(made) else made


async def _find(database: _Either, find: Find, session: _Either = None) -> list[Document]:
    count_round_trip()
    if find.order:
        options = {"hint": find.hint} if find.hint else {}
        cursor = await _entered(database[find.collection].aggregate(find.pipeline, session=session, **options))
    else:
        cursor = database[find.collection].find(find.full_query, find.projection, session=session)
        if find.sort:
            cursor = cursor.sort(list(find.sort))
        if find.limit:
            cursor = cursor.limit(find.limit)
        if find.hint:
            cursor = cursor.hint(find.hint)
    if not find.max_bytes:
        documents: list[Document] = await cursor.to_list(None)
        return documents
    return await _first_bytes(cursor, find.max_bytes)


async def _first_bytes(cursor: _Either, max_bytes: int) -> list[Document]:
    documents: list[Document] = []
    size = 0
    async for document in cursor:
        documents.append(document)
        size += document.get("size", 0)
        if size > max_bytes:
            await cursor.close()
            break
    return documents


async def _write(database: _Either, operations: Sequence[Operation], session: _Either = None) -> int:
    removed = 0
    for collection in dict.fromkeys(operation.collection for operation in operations):
        requests = [_request(operation) for operation in operations if operation.collection == collection]
        count_round_trip()
        result = await database[collection].bulk_write(requests, ordered=True, session=session)
        removed += result.deleted_count
    return removed


def _request(operation: Operation) -> "ReplaceOne[Document] | UpdateOne | DeleteMany":
    match operation:
        case Put(document=document):
            return ReplaceOne({"_id": document["_id"]}, document, upsert=True)
        case Adjust(id=document_id, update=update, upsert=upsert):
            return UpdateOne({"_id": document_id}, update, upsert=upsert)
        case Remove(query=query):
            return DeleteMany(query)


def _index_model(index: Index) -> IndexModel:
    options: dict[str, Any] = {"name": index.name}
    if index.unique:
        options["unique"] = True
    if index.expire_after is not None:
        options["expireAfterSeconds"] = index.expire_after
    if index.sparse:
        options["sparse"] = True
    return IndexModel(list(index.keys), **options)


@asynccontextmanager
async def _bounded(seconds: float) -> AsyncIterator[None]:
    """Hold calls to a time limit, and turn the driver's failures into ``Unavailable``."""
    try:
        async with asyncio.timeout(seconds + GRACE_SECONDS):
            with pymongo.timeout(seconds):
                yield
    except (PyMongoError, BSONError, TimeoutError) as error:
        raise Unavailable(_reason(error) or f"no answer within {seconds} seconds") from error


def _reason(error: Exception) -> str:
    # What follows is a view of the topology, or the whole command with people's data in it.
    text = re.split(r" \(configured timeouts|, full error|, Timeout: ", str(error), maxsplit=1)[0]
    if "match selector" in text:
        return "no primary was found: is the replica set initiated by rs.initiate(), and the name in the URI its name?"
    details = getattr(error, "details", None) or {}
    codes = {failure.get("code") for failure in details.get("writeErrors", ())}
    return f"{text} (codes {sorted(codes)})" if codes else text


def client_options(seconds: float) -> Mapping[str, Any]:
    """Answer the options that every client is opened with; ``seconds`` bounds the search for a primary."""
    return {
        "appname": APP_NAME,
        "retryReads": True,
        "retryWrites": True,
        "serverSelectionTimeoutMS": int(seconds * 1000),
        "uuidRepresentation": "standard",
        "tz_aware": True,
    }
