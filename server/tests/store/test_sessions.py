"""Sessions in the store: found by the digest of their token, ended alone and together, and removed in time."""

from datetime import UTC, datetime, timedelta

import pytest
from kintoun_server.domain.credential import Credential
from kintoun_server.domain.session import Session
from kintoun_server.store.connection import INDEXES, Store
from kintoun_server.store.driver import SESSIONS, Driver, Find, Index

LATER = 4_000_000_000_123
"""A time in ms, with thousandths."""


def session(digest: str, account: str = "zoe", expires: int = LATER) -> Session:
    """A session of this account."""
    return Session(digest, Credential(account, "1"), expires)


async def test_a_session_is_read_back(store: Store) -> None:
    """It is found by its digest to the millisecond, and there is none of another digest."""
    await store.sessions.begin(session("a"))
    assert await store.sessions.find("a") == session("a")
    assert await store.sessions.find("b") is None


async def test_a_session_ends_alone(store: Store) -> None:
    """The end of one leaves the others of the same account; to end it again changes nothing."""
    for digest in "ab":
        await store.sessions.begin(session(digest))
    for _ in range(2):
        await store.sessions.end("a")
    assert [await store.sessions.find(digest) for digest in "ab"] == [None, session("b")]


async def test_all_sessions_of_an_account_end(store: Store) -> None:
    """The end of all sessions of an account leaves those of others."""
    await store.sessions.begin(session("a"))
    await store.sessions.begin(session("b"))
    await store.sessions.begin(session("c", "zoe2"))
    await store.sessions.end_all("zoe")
    assert [await store.sessions.find(digest) for digest in "abc"] == [None, None, session("c", "zoe2")]


async def test_a_session_that_has_ended_is_not_renewed(store: Store) -> None:
    """A renewal moves the end, and brings back none that has ended meanwhile."""
    await store.sessions.begin(session("a"))
    await store.sessions.renew(session("a", expires=LATER + 5))
    assert await store.sessions.find("a") == session("a", expires=LATER + 5)
    await store.sessions.end("a")
    await store.sessions.renew(session("a", expires=LATER + 9))
    assert await store.sessions.find("a") is None


@pytest.mark.parametrize("operator", ["$ne", "$gt", "$where"])
async def test_an_operator_is_a_digest_of_nobody(store: Store, operator: str) -> None:
    """A text that looks like an operator finds and ends nothing."""
    await store.sessions.begin(session("a"))
    assert await store.sessions.find(operator) is None
    await store.sessions.end(operator)
    await store.sessions.end_all(operator)
    assert await store.sessions.find("a") == session("a")


async def test_sessions_end_with_the_data_of_their_user(store: Store) -> None:
    """To delete the data of an account ends its sessions, and no others."""
    await store.sessions.begin(session("a"))
    await store.sessions.begin(session("b", "bob"))
    await store.delete_user_data("account:zoe")
    assert [await store.sessions.find(digest) for digest in "ab"] == [None, session("b", "bob")]


async def test_sessions_end_with_everything(store: Store) -> None:
    """A flush ends all sessions."""
    await store.sessions.begin(session("a"))
    await store.flush()
    assert await store.sessions.find("a") is None


async def test_the_end_is_a_date_for_the_index_that_removes(store: Store, driver: Driver) -> None:
    """What MongoDB's index on time looks at is a date, at the end of the session, and the index is there."""
    await store.sessions.begin(session("a"))
    (document,) = await driver.find(Find(SESSIONS, {}), 30.0)
    expires: datetime = document["expires"]
    assert expires.replace(tzinfo=UTC) == datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=LATER)
    assert Index(SESSIONS, "expires", (("expires", 1),), expire_after=0) in INDEXES
    assert (await store.status()).missing_indexes == ()
