"""Transactions that a server process left open when it died: MongoDB keeps their locks for more than a minute."""

import asyncio
from typing import Any

import pytest
from kintoun_server.store import abandoned
from kintoun_server.store.driver import OBJECTS
from pymongo import AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession
from tests.store.person import Person

RECORDS = "/buckets/b/collections/c/records"
SOON = 10.0


async def leave_open(client: "AsyncMongoClient[dict[str, Any]]", database: str) -> AsyncClientSession:
    """Begin a transaction that holds the lock of the list of records, and do not end it."""
    session = client.start_session()
    await session.start_transaction()
    lock = {"$inc": {"commits": 1}}
    await client[database][OBJECTS].update_one({"_id": "/buckets/b/collections/c"}, lock, session=session)
    return session


@pytest.mark.parametrize("adapter", ["pymongo", "motor"], indirect=True)
async def test_a_transaction_that_was_left_behind_holds_nobody_up(alice: Person, mongod: str, database: str) -> None:
    """A write of the same list goes on after seconds, not a minute. In memory there are no transactions."""
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(mongod, appname=abandoned.APP_NAME)
    session = await leave_open(client, database)
    try:
        async with asyncio.timeout(SOON):
            assert (await alice.put(f"{RECORDS}/r", {"a": 1})).created
    finally:
        await session.end_session()
        await client.close()


@pytest.mark.parametrize("adapter", ["pymongo"], indirect=True)
async def test_transactions_of_others_are_left_alone(alice: Person, mongod: str, database: str) -> None:
    """Another application's transaction is not ended, however long it rests; sessions are the real database's."""
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(mongod, appname="somebody else")
    session = await leave_open(client, database)
    try:
        writing = asyncio.create_task(alice.put(f"{RECORDS}/r", {"a": 1}))
        done, _ = await asyncio.wait({writing}, timeout=2 * abandoned.RESTED_SECONDS)
        assert not done
        await session.commit_transaction()
        assert (await writing).created
    finally:
        await session.end_session()
        await client.close()
