"""The real kinto-http, Kinto's own client in Python, against our server: protocol section 30."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from kinto_http import Client, KintoException
from kinto_http.patch_type import BasicPatch, JSONPatch, MergePatch
from kintoun_server import __version__

Connect = Callable[..., Client]


@pytest.fixture
def connect(root: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Makes a client of someone, by name; other arguments are those of kinto-http."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ExitStack() as stack:

        def client(name: str, server: str = root, **arguments: str) -> Client:
            made = Client(server_url=f"{server}/v1", auth=(name, "secret"), **arguments)
            stack.callback(made.session._session.close)  # it has no method of its own to close its connections
            return made

        yield client


@pytest.fixture
def alice(connect: Connect, collection: str) -> Client:
    """Alice, at work in a fresh collection of hers."""
    _, _, bucket, _, name = collection.split("/")
    return connect("alice", bucket=bucket, collection=name)


@pytest.fixture
def bob(connect: Connect, alice: Client) -> Client:
    """Bob, who looks at the same collection."""
    return connect("bob", bucket=alice.bucket_name, collection=alice.collection_name)


def refusal(exception: pytest.ExceptionInfo[Any]) -> tuple[int, Any]:
    """The status and the body of the answer that an exception of kinto-http stands for."""
    response = exception.value.response
    return response.status_code, response.json()


def user_id(client: Client) -> str:
    """The id that the server knows someone by."""
    return str(client.server_info()["user"]["id"])


def test_it_reads_the_front_page(alice: Client) -> None:
    """Whatever the client asks the server about itself is there."""
    info = alice.server_info()
    assert info["project_version"] == __version__
    assert info["http_api_version"].startswith("1.")
    assert info["settings"]["batch_max_requests"] > 0
    assert info["user"]["bucket"]


def test_it_creates_each_kind_of_object(connect: Connect) -> None:
    """A bucket, a group, a collection and records, with and without an id and attributes, are read back as made."""
    client = connect("alice", bucket="kinto-http", collection="tasks")
    made = [
        client.create_bucket(data={"title": "ours"}),
        client.create_group(id="friends", data={"members": ["account:zoe"]}),
        client.create_collection(data={"sort": "title"}),
        client.create_record(id="first", data={"title": "écrire"}, permissions={"read": ["system.Everyone"]}),
        client.create_record(data={"title": "without an id"}),
    ]
    assert made == [
        client.get_bucket(),
        client.get_group(id="friends"),
        client.get_collection(),
        client.get_record(id="first"),
        client.get_record(id=made[4]["data"]["id"]),
    ]
    assert made[1]["data"]["members"] == ["account:zoe"]
    assert made[3]["data"]["title"] == "écrire"
    assert made[3]["permissions"] == {"read": ["system.Everyone"], "write": [user_id(client)]}


def test_it_uses_the_default_bucket(connect: Connect) -> None:
    """Without a bucket the client works in the personal one, where collections need no creation."""
    client = connect("someone with a personal bucket", collection="notes")
    made = client.create_record(data={"text": "mine"})["data"]
    assert client.get_records() == [made]
    assert client.get_bucket()["data"]["id"] == client.server_info()["user"]["bucket"]


def test_it_never_creates_over_what_is_there(alice: Client) -> None:
    """A second creation is refused with 412 and the record that is there; `if_not_exists` gives that one instead."""
    first = alice.create_record(id="a", data={"title": "first"})
    with pytest.raises(KintoException) as refused:
        alice.create_record(id="a", data={"title": "second"})
    assert refusal(refused)[0] == 412
    assert refusal(refused)[1]["details"]["existing"] == first["data"]
    again = alice.create_record(
        id="a", data={"title": "third"}, bucket=alice.bucket_name, collection=alice.collection_name, if_not_exists=True
    )
    assert again == first


def test_it_shares_one_record(alice: Client, bob: Client) -> None:
    """Bob sees the one record that Alice lets him read, and may not change it."""
    alice.create_record(id="hers", data={"title": "private"})
    with pytest.raises(KintoException) as refused:
        bob.get_records()
    assert refusal(refused)[0] == 403
    shared = alice.create_record(id="ours", data={"title": "shared"}, permissions={"read": [user_id(bob)]})
    assert bob.get_records() == [shared["data"]]
    assert bob.get_record(id="ours") == {"data": shared["data"], "permissions": {}}
    with pytest.raises(KintoException) as refused:
        bob.patch_record(id="ours", data={"title": "his"})
    assert refusal(refused)[0] == 403


def test_it_tells_what_is_shared(alice: Client, bob: Client) -> None:
    """Bob finds what Alice shares with him by `get_permissions`, in the order of ids, or without records."""
    for name in ("z", "a"):
        alice.create_record(id=name, permissions={"read": [user_id(bob)]})
    alice.patch_collection(permissions={"record:create": [user_id(bob)]})
    here = [entry for entry in bob.get_permissions() if entry.get("bucket_id") == alice.bucket_name]
    assert [(entry["resource_name"], entry["id"]) for entry in here] == [
        ("record", "a"),
        ("collection", alice.collection_name),
        ("record", "z"),
    ]
    others = bob.get_permissions(exclude_resource_names=["record", "group"])
    assert [entry["id"] for entry in others if entry.get("bucket_id") == alice.bucket_name] == [alice.collection_name]


def test_it_shares_with_a_group(alice: Client, bob: Client) -> None:
    """Bob reads what a group may read from the moment that he is a member, and no longer than that."""
    alice.create_group(id="friends", data={"members": []})
    group = f"/buckets/{alice.bucket_name}/groups/friends"
    alice.patch_collection(id=alice.collection_name, permissions={"read": [group]})
    made = alice.create_record(data={"title": "for my friends"})["data"]
    for members, may_read in (([], False), ([user_id(bob)], True), ([], False)):
        alice.update_group(id="friends", data={"members": members})
        if may_read:
            assert bob.get_records() == [made]
            continue
        with pytest.raises(KintoException) as refused:
            bob.get_records()
        assert refusal(refused)[0] == 403


def test_it_updates_with_if_match(alice: Client) -> None:
    """The right version is replaced; of a stale one the answer is 412, with what is there instead."""
    first = alice.create_record(id="a", data={"title": "first", "done": False})["data"]
    second = alice.update_record(id="a", data={"title": "second"}, if_match=first["last_modified"])["data"]
    assert second == {"id": "a", "title": "second", "last_modified": second["last_modified"]}
    for change in (alice.update_record, alice.patch_record):
        with pytest.raises(KintoException) as refused:
            change(id="a", data={"title": "third"}, if_match=first["last_modified"])
        assert refusal(refused)[0] == 412
        assert refusal(refused)[1]["details"]["existing"] == second
    assert alice.get_record(id="a")["data"] == second


def test_it_sends_back_what_it_has_read(alice: Client) -> None:
    """A record that is read, changed and sent whole is protected by the timestamp in it."""
    read = alice.create_record(id="a", data={"title": "first"})["data"]
    changed = alice.update_record(data={**read, "title": "second"})["data"]
    assert changed["last_modified"] > read["last_modified"]
    with pytest.raises(KintoException) as refused:
        alice.update_record(data={**read, "title": "third"})
    assert refusal(refused)[0] == 412


def test_it_patches(alice: Client, bob: Client) -> None:
    """A patch changes the attributes and the permissions that it names, and keeps the others."""
    alice.create_record(id="a", data={"title": "first", "done": False}, permissions={"read": [user_id(bob)]})
    patched = alice.patch_record(id="a", data={"done": True}, permissions={"read": []})
    assert {**patched["data"], "last_modified": 0} == {"id": "a", "title": "first", "done": True, "last_modified": 0}
    assert patched["permissions"] == {"write": [user_id(alice)]}
    assert alice.patch_bucket(id=alice.bucket_name, data={"title": "ours"})["data"]["title"] == "ours"


def test_it_deletes(alice: Client) -> None:
    """Deletions give tombstones, heed `if_match`, and of what is not there `if_exists` makes no fuss."""
    records = [alice.create_record(id=name)["data"] for name in ("a", "b", "c")]
    with pytest.raises(KintoException) as refused:
        alice.delete_record(id="a", if_match=records[1]["last_modified"])
    assert refusal(refused)[0] == 412
    tombstone = alice.delete_record(id="a", if_match=records[0]["last_modified"])
    assert tombstone == {"id": "a", "last_modified": tombstone["last_modified"], "deleted": True}
    assert alice.delete_record(id="a", if_exists=True) is None
    assert {entry["id"] for entry in alice.delete_records()} == {"b", "c"}
    assert alice.delete_collection(id=alice.collection_name)["deleted"] is True
    assert alice.delete_bucket(id=alice.bucket_name)["deleted"] is True
    assert alice.delete_bucket(id=alice.bucket_name, if_exists=True) is None


@pytest.fixture
def paginated(serve: Callable[..., str], connect: Connect) -> Client:
    """A client of a server that gives four entries at a time."""
    client = connect("alice", serve(paginate_by=4), bucket="pages", collection="tasks")
    client.create_bucket()
    client.create_collection()
    return client


def test_it_reads_all_pages(paginated: Client) -> None:
    """A list that comes in pages is read to its end, each entry once, newest first, whatever the size of the pages."""
    made = [paginated.create_record(data={"number": number})["data"] for number in range(10)]
    assert paginated.get_records() == made[::-1]
    assert paginated.get_records(_limit=3, pages=float("inf")) == made[::-1]
    assert paginated.get_records(_limit=3) == made[:-4:-1]
    assert [len(page["data"]) for page in paginated.get_paginated_records()] == [4, 4, 2]
    assert paginated.get_records(_since=made[2]["last_modified"]) == made[:2:-1]


def test_it_follows_the_changes(alice: Client) -> None:
    """A copy that is kept up with `_since` ends as the server's list, deletions included."""
    copy: dict[str, Any] = {}

    def pull() -> list[str]:
        since = alice.get_records_timestamp() if copy else "0"
        changes = alice.get_records(_since=since)
        copy.update({change["id"]: change for change in changes})
        return [change["id"] for change in changes]

    for name in ("a", "b", "c"):
        alice.create_record(id=name, data={"title": name})
    assert pull() == ["c", "b", "a"]
    alice.patch_record(id="a", data={"title": "changed"})
    alice.delete_record(id="b")
    alice.create_record(id="d")
    assert pull() == ["d", "b", "a"]
    assert pull() == []
    live = [entry for entry in copy.values() if "deleted" not in entry]
    assert sorted(live, key=lambda entry: -entry["last_modified"]) == alice.get_records()
    assert copy["b"].keys() == {"id", "last_modified", "deleted"}


def test_it_is_told_that_nothing_has_changed(alice: Client) -> None:
    """With the list's timestamp as `if_none_match` the answer is 304, which the client takes for nothing new."""
    alice.create_record(id="a")
    assert len(alice.get_records()) == 1
    assert alice.get_records(if_none_match=alice.get_records_timestamp()) == []


def test_it_patches_in_three_ways(alice: Client) -> None:
    """The client's own patch types arrive as what they are: a plain patch, a merge patch and a JSON patch."""
    alice.create_record(id="first", data={"title": "write", "tags": {"a": 1, "b": 2}})
    tags = {"tags": {"a": None, "c": 3}}
    plain = alice.patch_record(id="first", changes=BasicPatch(data={"title": "read"}, permissions={"read": ["zoe"]}))
    merged = alice.patch_record(id="first", changes=MergePatch(data=tags))
    operations = [
        {"op": "test", "path": "/data/title", "value": "read"},
        {"op": "add", "path": "/data/goodnight", "value": "moon"},
        {"op": "add", "path": "/permissions/read/alice"},
        {"op": "remove", "path": "/permissions/read/zoe"},
    ]
    operated = alice.patch_record(id="first", changes=JSONPatch(operations))
    assert plain["data"]["tags"] == {"a": 1, "b": 2}
    assert merged["data"]["tags"] == {"b": 2, "c": 3}
    assert operated["data"].items() >= {"title": "read", "goodnight": "moon"}.items()
    assert operated["permissions"] == {"read": ["alice"], "write": [user_id(alice)]}
    assert alice.get_record(id="first") == operated


def test_it_patches_each_kind_of_object(alice: Client) -> None:
    """Buckets, groups and collections take the client's JSON patches, `record:create` among the permissions."""
    alice.create_group(id="friends", data={"members": ["zoe"]})
    member = JSONPatch([{"op": "add", "path": "/data/members/-", "value": "yan"}])
    create = JSONPatch([{"op": "add", "path": "/permissions/record:create/account:zed"}])
    assert alice.patch_group(id="friends", changes=member)["data"]["members"] == ["zoe", "yan"]
    assert alice.patch_collection(changes=create)["permissions"]["record:create"] == ["account:zed"]
    assert alice.patch_bucket(changes=MergePatch(data={"a": {"b": None}}))["data"]["a"] == {}


def test_a_patch_that_fails_is_told(alice: Client) -> None:
    """The exception of a failed test carries our reason."""
    alice.create_record(id="first", data={"title": "write"})
    with pytest.raises(KintoException) as caught:
        alice.patch_record(id="first", changes=JSONPatch([{"op": "test", "path": "/data/title", "value": "read"}]))
    status, body = refusal(caught)
    assert (status, body["errno"]) == (400, 107)
    assert body["message"].startswith("body: JSON Patch operation failed: ")


def test_its_batches(alice: Client) -> None:
    """A batch of more requests than the server takes at once is split, carried out, and its results are read."""
    with alice.batch() as batch:
        for number in range(30):
            batch.create_record(id=f"r{number}", data={"n": number})
        batch.patch_record(id="r0", data={"m": 1})
        batch.delete_record(id="r1")
    results = batch.results()
    assert [result["data"].get("n") for result in results[:30]] == list(range(30))
    assert results[31]["data"]["deleted"] is True
    assert len(alice.get_records()) == 29


def test_a_conflict_within_its_batch(alice: Client, connect: Connect) -> None:
    """What is refused within a batch is told with its reason, and the rest of the batch is done."""
    lenient = connect("alice", bucket=alice.bucket_name, collection=alice.collection_name, ignore_batch_4xx=True)
    alice.create_record(id="a", data={"n": 1})
    with lenient.batch() as batch:
        batch.create_record(id="a", data={"n": 2})
        batch.create_record(id="b", data={"n": 3})
    refused, made = batch.results()
    assert (refused["code"], refused["details"]["existing"]["n"]) == (412, 1)
    assert alice.get_record(id="b")["data"] == made["data"]
