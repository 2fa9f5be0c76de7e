"""Accounts in the store: their secrets, and the check that a caller's account is what it was."""

from typing import Any

import pytest
from kintoun_server.domain.change import Change, Method
from kintoun_server.domain.credential import Credential, Secret
from kintoun_server.domain.deletion import Deletion
from kintoun_server.domain.listing import Selection
from kintoun_server.domain.principals import EVERYONE, Caller
from kintoun_server.domain.refusals import Refusal, StaleCredentials
from kintoun_server.store.connection import Store
from kintoun_server.store.documents import root_document
from kintoun_server.store.driver import OBJECTS, Adjust, Driver, Find, Put
from tests.store.person import Person, StartStore, list_at, object_at

ACCOUNTS = "/accounts"
RECORDS = "/buckets/b/collections/c/records"
SITE = {
    "bucket_create": frozenset({EVERYONE}),
    "account_create": frozenset({EVERYONE}),
    "account_write": frozenset({"admin"}),
}


def secret(version: str) -> Secret:
    """A secret of this version."""
    return Secret(f"hash {version}", version)


@pytest.fixture
async def store(start: StartStore, driver: Driver) -> Store:
    """A store in which everyone may make accounts and `admin` administers them."""
    return await start(driver, principals=SITE)


@pytest.fixture
def admin(store: Store) -> Person:
    """An administrator of accounts."""
    return Person(store, "admin")


def zoe(store: Store, version: str | None, user_id: str = "account:zoe") -> Person:
    """Someone whose identity rests on this version of the account zoe."""
    person = Person(store, user_id)
    person.caller = Caller(user_id, Credential("zoe", version))
    return person


async def test_a_secret_is_read_back(store: Store, admin: Person) -> None:
    """The secret is that of the last change that had one, and there is none where there is no account."""
    assert await store.accounts.secret("zoe") is None
    await admin.put("/accounts/zoe", {}, secret=secret("1"))
    assert await store.accounts.secret("zoe") == secret("1")
    await admin.patch("/accounts/zoe", {"age": 3})
    assert await store.accounts.secret("zoe") == secret("1")
    await admin.patch("/accounts/zoe", {}, secret=secret("2"))
    assert await store.accounts.secret("zoe") == secret("2")
    await admin.delete("/accounts/zoe")
    assert await store.accounts.secret("zoe") is None
    for name in ("", "/", "$ne", "../accounts/zoe"):
        assert await store.accounts.secret(name) is None


async def test_the_attributes_of_an_account_are_kept(admin: Person) -> None:
    """They come back as those of other objects, also for the account itself, and in lists."""
    data = {"a.b": 1, "$set": {"": 2**63}, "secret": {"hash": "x"}, "members": ["account:zoe"], "age": 3}
    await admin.put("/accounts/zoe", data, secret=secret("1"))
    found = await admin.get("/accounts/zoe")
    assert found is not None
    assert found.data == data
    assert [entry["age"] for entry in await admin.entries(ACCOUNTS)] == [3]


@pytest.mark.parametrize("version", ["0", None])
async def test_stale_credentials_are_refused_by_every_call(store: Store, admin: Person, version: str | None) -> None:
    """Another version, or the absence of an account that is there, is refused by reads, writes and deletions."""
    await admin.put("/buckets/b", permissions={"write": ["account:zoe", "basicauth_1"]})
    await admin.put("/buckets/b/collections/c")
    await admin.put("/accounts/zoe", {}, secret=secret("1"))
    stale = zoe(store, version, "account:zoe" if version else "basicauth_1")
    calls = [
        stale.get("/buckets/b"),
        stale.get("/accounts/zoe"),
        stale.entries(RECORDS),
        stale.entries("/buckets"),
        stale.put(f"{RECORDS}/r"),
        stale.patch("/buckets/b", {"a": 1}),
        stale.delete("/accounts/zoe"),
        stale.put("/accounts/zoe", {}, secret=secret("2")),
        stale.delete_list(RECORDS),
        store.objects.principals(stale.caller),
    ]
    for call in calls:
        with pytest.raises(StaleCredentials):
            await call
    assert await store.accounts.secret("zoe") == secret("1")
    assert await admin.clock("/buckets") == (await admin.page("/buckets"))[0][0]["last_modified"]


async def test_credentials_that_hold(store: Store, admin: Person) -> None:
    """The current version, and the absence of an account that is not there or is deleted, are accepted."""
    basic = zoe(store, None, "basicauth_1")
    await basic.put("/buckets/b")
    await admin.put("/accounts/zoe", {}, secret=secret("1"))
    await zoe(store, "1").put("/buckets/of-zoe")
    await admin.patch("/accounts/zoe", {"age": 3})
    assert "account:zoe" in await store.objects.principals(zoe(store, "1").caller)
    assert await zoe(store, "1").get("/buckets/of-zoe")
    await admin.delete("/accounts/zoe")
    assert await basic.get("/buckets/b")
    with pytest.raises(StaleCredentials):
        await zoe(store, "1").get("/buckets/of-zoe")


async def test_callers_in_one_transaction_are_checked_each(store: Store, admin: Person) -> None:
    """Among changes of many that are committed together, those with stale credentials are refused, and they alone."""
    await admin.put("/buckets/b", permissions={"write": ["account:zoe", "bob", "/buckets/b/groups/g"]})
    await admin.put("/buckets/b/groups/g", {"members": ["carol", *(f"other{number}" for number in range(50))]})
    await admin.put("/buckets/b/collections/c")
    await admin.put("/accounts/zoe", {"members": ["dan"]}, secret=secret("2"))
    people = [Person(store, "bob"), zoe(store, "1"), Person(store, "carol"), zoe(store, "2"), Person(store, "dan")]
    changes = [person.asks(Method.PUT, f"{RECORDS}/r{number}") for number, person in enumerate(people)]
    answers = await store.writer.change(list_at(RECORDS), changes)
    kinds = [type(answer).__name__ for answer in answers]
    assert kinds == ["Outcome", "StaleCredentials", "Outcome", "Outcome", "Forbidden"]


async def test_a_change_of_password_counts_within_its_transaction(store: Store, admin: Person) -> None:
    """What stands behind the change in the same commit and rests on the old password is refused."""
    await admin.put("/accounts/zoe", {"age": 3}, secret=secret("1"))
    herself = zoe(store, "1")
    changes = [
        herself.asks(Method.PATCH, "/accounts/zoe", data={}, secret=secret("2")),
        herself.asks(Method.PATCH, "/accounts/zoe", data={"age": 4}),
        zoe(store, "2").asks(Method.PATCH, "/accounts/zoe", data={"name": "Zoe"}),
    ]
    answers = await store.writer.change(list_at(ACCOUNTS), changes)
    assert [isinstance(answer, Refusal) for answer in answers] == [False, True, False]
    found = await admin.get("/accounts/zoe")
    assert found is not None
    assert found.data == {"age": 3, "name": "Zoe"}
    assert await store.accounts.secret("zoe") == secret("2")


async def test_a_group_of_an_account(store: Store, admin: Person) -> None:
    """An account is a member of groups as other users are, and no account is one of its groups."""
    await admin.put("/accounts/zoe", {"members": ["account:zoe"]}, secret=secret("1"))
    await admin.put("/buckets/b")
    await admin.put("/buckets/b/groups/g", {"members": ["account:Zoe"]})
    own = zoe(store, "1").caller
    expected = {"account:zoe", "system.Everyone", "system.Authenticated", "/buckets/b/groups/g"}
    assert await store.objects.principals(own) == expected
    for place in (ACCOUNTS, "/buckets", RECORDS):
        seen = await store.objects.surroundings(list_at(place), own)
        assert seen.scope.principals == expected
    scope, _ = await store.objects.one(object_at("/buckets/b/groups/g"), own)
    assert scope.principals == expected


async def test_a_list_of_accounts_is_deleted(store: Store, admin: Person) -> None:
    """The caller's own account may be among what a deletion takes."""
    for name in ("zoe", "yan", "xia"):
        await admin.put(f"/accounts/{name}", {"a": name}, secret=secret("1"))
    deletion = Deletion(list=list_at(ACCOUNTS), caller=zoe(store, "1").caller, selection=Selection())
    assert [stored.id for stored in (await store.writer.delete(deletion)).tombstones] == ["zoe"]
    assert [stored.id for stored in (await admin.delete_list(ACCOUNTS)).tombstones] == ["xia", "yan"]
    assert await admin.total(ACCOUNTS) == 0


async def test_a_database_of_the_version_before(start: StartStore, driver: Driver) -> None:
    """Its root gets the list of accounts, keeps the clock of the buckets, and keeps both at every other start."""
    old = root_document(1000)
    for name in ("clocks", "counts"):
        del old[name]["accounts"]
    await driver.write([Put(OBJECTS, {**old, "commits": 7})], 10)
    admin = Person(await start(driver, principals=SITE), "admin")
    assert (await admin.clock("/buckets"), await admin.clock(ACCOUNTS)) == (1000, 0)
    stamp = (await admin.put("/accounts/zoe", {}, secret=secret("1"))).stored.last_modified
    again = Person(await start(driver, principals=SITE), "admin")
    assert (await again.clock("/buckets"), await again.clock(ACCOUNTS)) == (1000, stamp)
    assert await again.total(ACCOUNTS) == 1


@pytest.mark.parametrize("adapter", ["pymongo", "motor"], indirect=True)  # the one in memory leaves out nothing
async def test_no_read_but_that_of_authentication_fetches_a_hash(
    store: Store, admin: Person, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other requests of an account read the version of its secret, and neither the hash nor its attributes."""
    await admin.put("/accounts/zoe", {"long": "x" * 1000}, secret=secret("1"))
    await admin.put("/buckets/b", permissions={"write": ["account:zoe"]})
    await admin.put("/buckets/b/collections/c")
    found: list[dict[str, Any]] = []
    find = driver.find

    async def noted(asked: Find, seconds: float) -> list[dict[str, Any]]:
        documents = await find(asked, seconds)
        found.extend(documents)
        return documents

    monkeypatch.setattr(driver, "find", noted)
    herself = zoe(store, "1")
    await herself.get("/buckets/b")
    await herself.entries(RECORDS)
    await store.objects.principals(herself.caller)
    mine = [document for document in found if document["_id"] == "/accounts/zoe"]
    assert len(mine) == 3
    for document in mine:
        assert document["secret"] == {"version": "1"}
        assert "account_data" not in document


async def test_an_account_without_a_secret_lets_nobody_in(store: Store, driver: Driver, admin: Person) -> None:
    """A document that lost its secret is the account of nobody, until it gets a new password."""
    await admin.put("/accounts/zoe", {}, secret=secret("1"))
    await driver.write([Adjust(OBJECTS, "/accounts/zoe", {"$unset": {"secret": ""}})], 10)
    with pytest.raises(StaleCredentials):
        await zoe(store, "1").get("/accounts/zoe")
    change = Change(method=Method.PATCH, id="zoe", caller=admin.caller, data={"age": 3})
    assert isinstance((await store.writer.change(list_at(ACCOUNTS), [change]))[0], Refusal)
    await admin.patch("/accounts/zoe", {}, secret=secret("2"))
    assert await zoe(store, "2").get("/accounts/zoe")
    await admin.patch("/accounts/zoe", {}, secret=secret("2"))
    assert await zoe(store, "2").get("/accounts/zoe")
