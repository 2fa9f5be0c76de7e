"""The real kinto-http, sync and async, against our server: what server/tests/api does not try yet."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from kinto_http import AsyncClient, Client, KintoException
from kinto_http.exceptions import BucketNotFound
from kinto_http.patch_type import JSONPatch, MergePatch

_PASSWORD = "secret"
Connect = Callable[..., Client]


@pytest.fixture
def connect(remote: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Makes a client of someone; other arguments are those of kinto-http."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ExitStack() as stack:

        def client(name: str | None, made_by: type = Client, password: str = _PASSWORD, **arguments: Any) -> Any:  # noqa: ANN401 - both kinds
            made = made_by(server_url=remote, auth=(name, password) if name else None, **arguments)
            stack.callback(made.session._session.close)  # it has no method of its own to close its connections
            return made

        yield client


@pytest.fixture
def alice(connect: Connect, fresh: Callable[[str], str]) -> Client:
    """Alice, at work in a fresh collection of hers."""
    client = connect("alice", bucket=fresh("todo"), collection="tasks")
    client.create_bucket()
    client.create_collection()
    return client


def user_id(client: Client) -> str:
    """The id that the server knows someone by; "None" when it does not."""
    return str(client.server_info().get("user", {}).get("id"))


def status(exception: pytest.ExceptionInfo[Any]) -> int:
    """The status of the answer that an exception stands for."""
    return int(exception.value.response.status_code)


def test_batches_of_any_length(alice: Client) -> None:
    """Sixty writes in one batch of the client's, which sends them in three, are all done and answered in order."""
    with alice.batch() as batch:
        for number in range(60):
            batch.create_record(id=f"r{number}", data={"n": number})
    assert [answer["data"]["n"] for answer in batch.results()] == list(range(60))
    assert len(alice.get_records()) == 60


def test_a_refusal_in_a_batch_raises_and_undoes_nothing_else(alice: Client) -> None:
    """A conflict within a batch is told, and the other requests of it stay done."""
    alice.create_record(id="a", data={"n": 1})

    def create_two() -> None:
        with alice.batch() as batch:
            batch.create_record(id="b", data={"n": 2})
            batch.create_record(id="a", data={"n": 3})

    with pytest.raises(KintoException, match="412"):
        create_two()
    assert {record["id"]: record["n"] for record in alice.get_records()} == {"a": 1, "b": 2}


def test_everything_within_one_batch(alice: Client) -> None:
    """A bucket, a collection in it, a group, a record in the collection and its deletion go in one batch."""
    with alice.batch(bucket=f"{alice.bucket_name}-2", collection="notes") as batch:
        batch.create_bucket()
        batch.create_collection()
        batch.create_group(id="friends", data={"members": ["account:zoe"]})
        batch.create_record(id="a", data={"n": 1})
        batch.patch_record(id="a", data={"m": 2})
        batch.delete_record(id="a")
    answers = batch.results()
    assert answers[4]["data"]["n"] == 1
    assert answers[4]["data"]["m"] == 2
    assert answers[5]["data"]["deleted"] is True


def test_patches_of_three_kinds(alice: Client) -> None:
    """A plain patch, a merge patch and a JSON patch change what they name, the permissions too."""
    alice.create_record(id="a", data={"n": 1, "o": {"x": 1, "y": 2}})
    assert alice.patch_record(id="a", data={"m": 2})["data"]["m"] == 2
    merged = alice.patch_record(id="a", changes=MergePatch(data={"n": None, "o": {"x": None}}))["data"]
    assert {name: merged.get(name) for name in ("n", "m", "o")} == {"n": None, "m": 2, "o": {"y": 2}}
    assert "n" not in merged
    operations = [
        {"op": "add", "path": "/data/goodnight", "value": "moon"},
        {"op": "add", "path": "/permissions/read/alice"},
    ]
    patched = alice.patch_record(id="a", changes=JSONPatch(operations))
    assert patched["data"]["goodnight"] == "moon"
    assert patched["permissions"]["read"] == ["alice"]


def test_filters_sorts_and_fields(alice: Client) -> None:
    """Filters of several families, a sort and a choice of fields give what they should, over all pages."""
    for number in range(12):
        alice.create_record(id=f"r{number}", data={"n": number, "title": f"task {number}", "tags": ["a", number]})

    def numbers(**query: Any) -> list[int]:  # noqa: ANN401 - whatever the client takes
        return [record["n"] for record in alice.get_records(**query)]

    assert numbers(_sort="-n", min_n=9) == [11, 10, 9]
    assert numbers(_sort="n", in_id=["r1", "r3"]) == [1, 3]
    assert numbers(like_title="SK 1*", _sort="n") == [1, 10, 11]
    assert numbers(contains_tags=["a", 4]) == [4]
    assert numbers(n=5) == [5]
    assert numbers(_sort="n", _limit=5, pages=3) == list(range(12))
    assert set(alice.get_records(_fields="n")[0]) == {"id", "last_modified", "n"}


def test_groups(alice: Client, connect: Connect) -> None:
    """A group is made, read, listed, changed in each way and deleted; its members may do what it may."""
    bob = connect("bob", bucket=alice.bucket_name, collection="tasks")
    alice.create_group(id="friends", data={"members": []})
    alice.patch_collection(id="tasks", permissions={"write": [f"/buckets/{alice.bucket_name}/groups/friends"]})
    with pytest.raises(KintoException) as refused:
        bob.create_record(id="his")
    assert status(refused) == 403
    alice.patch_group(id="friends", data={"members": [user_id(bob)]})
    assert bob.create_record(id="his", data={"n": 1})["data"]["n"] == 1
    assert alice.get_group(id="friends")["data"]["members"] == [user_id(bob)]
    assert [group["id"] for group in alice.get_groups()] == ["friends"]
    assert alice.delete_group(id="friends")["deleted"] is True
    with pytest.raises(KintoException) as refused:
        bob.create_record(id="more")
    assert status(refused) == 403


def test_what_one_may_do_is_listed(alice: Client) -> None:
    """The permissions endpoint lists the collection with all that its owner may do."""
    found = [entry for entry in alice.get_permissions() if entry.get("bucket_id") == alice.bucket_name]
    by_uri = {entry["uri"]: set(entry["permissions"]) for entry in found}
    assert {"read", "write", "record:create"} <= by_uri[f"/buckets/{alice.bucket_name}/collections/tasks"]


def test_accounts(connect: Connect, fresh: Callable[[str], str]) -> None:
    """An account is made by nobody in particular, used with its password, and not with another one."""
    name = fresh("zoe")
    nobody = connect(None)
    nobody.session.request("put", f"/accounts/{name}", payload={"data": {"password": "a long secret"}})
    zoe = connect(name, password="a long secret", collection="notes")
    assert user_id(zoe) == f"account:{name}"
    made = zoe.create_record(data={"title": "mine"})["data"]
    assert zoe.get_records() == [made]
    assert user_id(connect(name, password="another one")) != f"account:{name}"
    body, _ = zoe.session.request("get", f"/accounts/{name}")
    assert body["data"]["id"] == name
    zoe.session.request("delete", f"/accounts/{name}")
    assert user_id(connect(name, password="a long secret")) != f"account:{name}"


async def test_the_async_client(connect: Connect, fresh: Callable[[str], str]) -> None:
    """The async client makes, reads, changes, lists, follows and deletes, several at once."""
    alice: AsyncClient = connect("alice", AsyncClient, bucket=fresh("async"), collection="tasks")
    await alice.create_bucket()
    await alice.create_collection()
    made = await asyncio.gather(*(alice.create_record(id=f"r{number}", data={"n": number}) for number in range(10)))
    assert len({answer["data"]["last_modified"] for answer in made}) == 10
    since = await alice.get_records_timestamp()
    await alice.patch_record(id="r3", data={"m": 1})
    await alice.update_record(id="r4", data={"n": -4})
    await alice.delete_record(id="r5")
    changes = await alice.get_records(_since=since)
    assert [change["id"] for change in changes] == ["r5", "r4", "r3"]
    assert [record["n"] for record in await alice.get_records(_sort="n", _limit=4, pages=9)] == [
        -4,
        0,
        1,
        2,
        3,
        6,
        7,
        8,
        9,
    ]
    with pytest.raises(KintoException) as refused:
        await alice.create_record(id="r1", data={"n": 0})
    assert status(refused) == 412
    await alice.create_group(id="friends", data={"members": []})
    assert [group["id"] for group in await alice.get_groups()] == ["friends"]
    assert (await alice.delete_bucket())["deleted"] is True
    with pytest.raises((KintoException, BucketNotFound)):
        await alice.get_bucket()


async def test_async_batches(connect: Connect, fresh: Callable[[str], str]) -> None:
    """The async client's batch does all that is in it."""
    alice: AsyncClient = connect("alice", AsyncClient, bucket=fresh("async"), collection="tasks")
    await alice.create_bucket()
    await alice.create_collection()
    with await alice.batch() as batch:
        for number in range(30):
            await batch.create_record(id=f"r{number}", data={"n": number})
    assert len(await alice.get_records()) == 30
