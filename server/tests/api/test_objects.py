"""Ids, creation, replacement, change and deletion of objects: protocol sections 8 to 10."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

SHORT_ID = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{7}")


def attributes(answer: httpx.Response) -> dict[str, object]:
    """The attributes of the object in an answer, without id and timestamp (and the members of a group)."""
    own = {"id", "last_modified", "members"}
    return {name: value for name, value in answer.json()["data"].items() if name not in own}


@pytest.mark.parametrize("object_id", ["a", "A", "0", "a-b_c", "Z" * 2000, "a--", "default2"])
def test_a_valid_id_is_taken(alice: httpx.Client, records: str, object_id: str) -> None:
    """An id is letters, digits, `-` and `_`, begins with a letter or a digit, and may be long."""
    assert alice.put(f"{records}/{object_id}").json()["data"]["id"] == object_id
    assert alice.post(records, json={"data": {"id": object_id}}).status_code == 200


@pytest.mark.parametrize("object_id", ["-a", "_a", "a b", "a.b", "é", "a@b", "a+b", "a%00", "a%0A", "a\\b"])
def test_an_invalid_id_in_the_path_is_refused(alice: httpx.Client, records: str, bucket: str, object_id: str) -> None:
    """An id that breaks the rule gives 400, for each kind and method."""
    for path in (f"{records}/{object_id}", f"{bucket}/groups/{object_id}", f"{bucket}/collections/{object_id}"):
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            answer = alice.request(method, path, json={"data": {}})
            assert answer.status_code == 400, (method, path)
            assert answer.json()["details"] == [{"location": "path", "name": None, "description": "Invalid object id"}]
            assert answer.json()["message"] == "path: Invalid object id"


@pytest.mark.parametrize("object_id", ["weird id", "", 12, None, "-a", "a\n", ["a"], {"a": 1}, True])
def test_an_invalid_id_in_the_body_is_refused(alice: httpx.Client, each_list: str, object_id: object) -> None:
    """POST with an id that breaks the rule gives 400."""
    answer = alice.post(each_list, json={"data": {"id": object_id}})
    assert answer.status_code == 400
    assert answer.json()["details"] == [{"location": "path", "name": None, "description": "Invalid object id"}]


def test_the_server_makes_ids(alice: httpx.Client, bucket: str, records: str) -> None:
    """Without an id a record gets a UUID4 and the other kinds eight characters."""
    made = UUID(alice.post(records).json()["data"]["id"])
    assert made.version == 4
    for path in ("/buckets", f"{bucket}/groups", f"{bucket}/collections"):
        answer = alice.post(path, json={"data": {}})
        assert answer.status_code == 201
        assert SHORT_ID.fullmatch(answer.json()["data"]["id"])


def test_ids_are_case_sensitive(alice: httpx.Client, records: str) -> None:
    """Two ids that differ only in capitals name two objects."""
    assert alice.put(f"{records}/a").status_code == 201
    assert alice.put(f"{records}/A").status_code == 201


def test_an_id_is_unique_in_its_parent_only(alice: httpx.Client, bucket: str) -> None:
    """The same id may stand in two collections, and for a group and a collection of one bucket."""
    for path in ("groups/x", "collections/x", "collections/y", "collections/x/records/x", "collections/y/records/x"):
        assert alice.put(f"{bucket}/{path}").status_code == 201


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_the_id_in_the_body_is_the_one_in_the_path(alice: httpx.Client, each_object: str, method: str) -> None:
    """Another id in the body gives 400, the same one is accepted."""
    answer = alice.request(method, each_object, json={"data": {"id": "other"}})
    assert answer.status_code == 400
    assert answer.json()["details"][0]["location"] == "body"
    assert "Object id does not match existing object" in answer.json()["message"]
    same = {"data": {"id": each_object.rpartition("/")[2], "a": 1}}
    assert alice.request(method, each_object, json=same).status_code == 200


def test_put_without_data_keeps_the_attributes(alice: httpx.Client, each_object: str) -> None:
    """PUT without `data` keeps all attributes and bumps the timestamp."""
    before = alice.put(each_object, json={"data": {"a": 1}}).json()["data"]["last_modified"]
    bodies: list[Any] = [None, {}, {"permissions": {}}, {"permissions": {"read": ["x"]}}]
    for body in bodies:
        answer = alice.put(each_object, json=body)
        assert (answer.status_code, attributes(answer)) == (200, {"a": 1})
        assert answer.json()["data"]["last_modified"] > before
        before = answer.json()["data"]["last_modified"]


def test_put_with_data_replaces_all_attributes(alice: httpx.Client, each_object: str) -> None:
    """PUT with `data` erases the attributes that it does not name, the empty object erases all, also when it shares."""
    alice.put(each_object, json={"data": {"a": 1, "b": {"c": 2}}})
    assert attributes(alice.put(each_object, json={"data": {"b": {"d": 3}}})) == {"b": {"d": 3}}
    shared = alice.put(each_object, json={"data": {}, "permissions": {"read": ["x"]}})
    assert (attributes(shared), shared.json()["permissions"]["read"]) == ({}, ["x"])


def test_put_creates(alice: httpx.Client, each_list: str) -> None:
    """PUT of what is missing gives 201, with the attributes or without."""
    assert attributes(alice.put(f"{each_list}/new-{each_list.count('/')}-a", json={"data": {"a": 1}})) == {"a": 1}
    answer = alice.put(f"{each_list}/new-{each_list.count('/')}-b", json={"permissions": {"read": ["x"]}})
    assert answer.status_code in {200, 201}
    assert attributes(answer) == {}


def test_post_of_an_existing_id_changes_nothing(alice: httpx.Client, record: str) -> None:
    """POST of an id that exists answers 200 and the object as it is, permissions of the request ignored."""
    before = alice.get(record)
    body = {"data": {"id": "first", "title": "other"}, "permissions": {"read": ["system.Everyone"]}}
    answer = alice.post(record.rpartition("/")[0], json=body)
    assert (answer.status_code, answer.json()) == (200, before.json())
    assert answer.headers["etag"] == before.headers["etag"]
    assert alice.get(record).json() == before.json()


def test_post_of_a_deleted_id_creates(alice: httpx.Client, record: str) -> None:
    """A tombstone is not an existing object: POST and PUT of its id create, without the former attributes."""
    alice.delete(record)
    answer = alice.post(record.rpartition("/")[0], json={"data": {"id": "first"}})
    assert (answer.status_code, attributes(answer)) == (201, {})
    alice.delete(record)
    answer = alice.put(record)
    assert (answer.status_code, attributes(answer)) == (201, {})


def test_patch_merges_the_first_level(alice: httpx.Client, each_object: str) -> None:
    """PATCH sets the attributes that it names, replaces nested objects whole, and stores null as null."""
    alice.put(each_object, json={"data": {"a": 1, "x": {"y": 1, "z": 2}, "k": "kept"}})
    answer = alice.patch(each_object, json={"data": {"a": None, "x": {"y": None}, "new": [1]}})
    assert answer.status_code == 200
    expected = {"a": None, "x": {"y": None}, "k": "kept", "new": [1]}
    assert attributes(answer) == attributes(alice.get(each_object)) == expected


def test_every_write_bumps_the_timestamp(alice: httpx.Client, each_object: str) -> None:
    """PUT and PATCH move the timestamp also when they change nothing."""
    alice.put(each_object, json={"data": {"a": 1}})
    seen = [alice.get(each_object).json()["data"]["last_modified"]]
    for method, body in (
        ("PUT", {"data": {"a": 1}}),
        ("PATCH", {"data": {"a": 1}}),
        ("PATCH", {"data": {}}),
        ("PATCH", {"permissions": {}}),
        ("PUT", {}),
    ):
        answer = alice.request(method, each_object, json=body)
        assert answer.status_code == 200, answer.json()
        seen.append(answer.json()["data"]["last_modified"])
    assert seen == sorted(set(seen))


def test_a_deleted_object_is_gone(alice: httpx.Client, each_object: str) -> None:
    """After a deletion the object is gone for each method but PUT, and from its list."""
    assert alice.delete(each_object).status_code == 200
    gone = 403 if each_object.count("/") == 2 else 404
    for method in ("GET", "PATCH", "DELETE"):
        assert alice.request(method, each_object, json={"data": {}}).status_code == gone
    listed = alice.get(each_object.rpartition("/")[0]).json()["data"]
    assert each_object.rpartition("/")[2] not in [entry["id"] for entry in listed]


def test_a_deletion_may_choose_its_timestamp(alice: httpx.Client, records: str) -> None:
    """`?last_modified=` greater than that of the object is that of the tombstone, and ignored when it is not."""
    now = alice.put(f"{records}/a").json()["data"]["last_modified"]
    chosen = now + 5000
    assert alice.delete(f"{records}/a?last_modified={chosen}").json()["data"]["last_modified"] == chosen
    alice.put(f"{records}/b")
    assert alice.delete(f"{records}/b?last_modified=1").json()["data"]["last_modified"] > chosen


@pytest.mark.parametrize("value", ["", "abc", "1.5", "true", "null", "99999999999999999999", "-1e3"])
def test_a_malformed_timestamp_of_a_deletion_is_refused(alice: httpx.Client, record: str, value: str) -> None:
    """`?last_modified=` that is no integer gives 400, and the object stays."""
    assert alice.delete(f"{record}?last_modified={value}").status_code == 400
    assert alice.get(record).status_code == 200


@pytest.mark.parametrize("body", [None, {}, {"data": {}}, {"permissions": {"read": ["x"]}}, {"data": {"a": 1}}])
@pytest.mark.difference("group-members")
def test_a_group_always_has_members(alice: httpx.Client, bucket: str, body: object) -> None:
    """A group created without members has an empty list of them."""
    path = f"{bucket}/groups/empty"
    answer = alice.put(path, json=body)
    assert (answer.status_code, answer.json()["data"]["members"]) == (201, [])
    assert alice.get(path).json()["data"]["members"] == []


@pytest.mark.parametrize("members", [["/buckets/b/groups/x"], ["system.Everyone"], [1], [None], "abc", {"a": 1}, 5])
def test_members_are_user_ids(alice: httpx.Client, bucket: str, members: object) -> None:
    """Members that are no list of strings, groups, or `system.Everyone` give 400, on PUT, POST and PATCH."""
    path = f"{bucket}/groups/friends"
    body = {"data": {"members": members}}
    assert alice.put(path, json=body).status_code == 400
    assert alice.post(f"{bucket}/groups", json=body).status_code == 400
    assert alice.put(path).status_code == 201
    assert alice.patch(path, json=body).status_code == 400


def test_members_are_any_strings(alice: httpx.Client, bucket: str) -> None:
    """Members may be `system.Authenticated` and strings that are no user id of this server."""
    members = ["blah", "system.Authenticated", "account:alice"]
    answer = alice.put(f"{bucket}/groups/friends", json={"data": {"members": members}})
    assert answer.json()["data"]["members"] == members


def test_a_deleted_bucket_takes_everything_with_it(alice: httpx.Client, bucket: str) -> None:
    """After a bucket was deleted and made again it is empty, and no tombstone is left below it."""
    paths = [f"{bucket}/groups", f"{bucket}/collections", f"{bucket}/collections/c/records"]
    for path in ("groups/g", "collections/c", "collections/c/records/r", "collections/c/records/s"):
        assert alice.put(f"{bucket}/{path}", json={"permissions": {"read": ["system.Everyone"]}}).status_code == 201
    alice.delete(f"{bucket}/collections/c/records/s")
    assert alice.delete(bucket).status_code == 200
    assert alice.put(bucket).status_code == 201
    assert alice.get(f"{bucket}/collections/c/records/r").status_code == 404
    assert alice.put(f"{bucket}/collections/c").status_code == 201
    listed = [[entry["id"] for entry in alice.get(f"{path}?_since=0").json()["data"]] for path in paths]
    assert listed == [[], ["c"], []]


def test_a_deleted_collection_takes_its_records_with_it(alice: httpx.Client, record: str) -> None:
    """After a collection was deleted and made again it is empty, and no tombstone is left in it."""
    records, collection = record.rpartition("/")[0], record.rpartition("/records/")[0]
    alice.put(f"{records}/second")
    alice.delete(f"{records}/second")
    assert alice.delete(collection).status_code == 200
    assert alice.get(records).status_code == 404
    assert alice.put(collection).status_code == 201
    assert alice.get(f"{records}?_since=0").json() == {"data": []}
    tombstones = alice.get(f"{collection.rpartition('/')[0]}?_since=0").json()["data"]
    assert [entry["id"] for entry in tombstones] == ["tasks"]


def test_a_deletion_spares_objects_of_similar_names(alice: httpx.Client, bucket: str) -> None:
    """A bucket and a collection whose names only begin like a deleted one keep their objects and their tombstones."""
    longer = f"{bucket}-longer"
    alice.put(longer)
    kept = [f"{longer}/collections/c/records", f"{bucket}/collections/cc/records"]
    for path in (f"{longer}/collections/c", f"{bucket}/collections/c", f"{bucket}/collections/cc"):
        alice.put(path)
    for records in kept:
        alice.put(f"{records}/live")
        alice.put(f"{records}/dead")
        alice.delete(f"{records}/dead")
    before = [alice.get(f"{records}?_since=0").json() for records in kept]
    alice.delete(f"{bucket}/collections/c")
    assert alice.get(f"{kept[1]}?_since=0").json() == before[1]
    alice.delete(bucket)
    assert alice.get(f"{kept[0]}?_since=0").json() == before[0]


def test_deleting_a_group_ends_its_rights_until_it_returns(
    alice: httpx.Client, bob: httpx.Client, record: str, bob_id: str
) -> None:
    """A deleted group gives nothing to its members; made again with them it does, as its URI stays in the lists."""
    group = f"{record.rpartition('/collections/')[0]}/groups/friends"
    members = {"data": {"members": [bob_id]}}
    alice.put(group, json=members)
    alice.patch(record, json={"permissions": {"read": [group]}})
    assert bob.get(record).status_code == 200
    alice.delete(group)
    assert bob.get(record).status_code == 403
    assert alice.get(record).json()["permissions"]["read"] == [group]
    alice.put(group, json=members)
    assert bob.get(record).status_code == 200


def test_a_deleted_bucket_takes_its_groups_from_their_members(
    alice: httpx.Client, bob: httpx.Client, bucket: str, record: str, bob_id: str
) -> None:
    """The groups of a deleted bucket give nothing to their members any more, in other buckets neither."""
    assert record.startswith(bucket)
    other = f"{bucket}-people"
    group = f"{other}/groups/friends"
    assert alice.put(other).status_code == 201
    assert alice.put(group, json={"data": {"members": [bob_id]}}).status_code == 201
    alice.patch(record, json={"permissions": {"read": [group]}})
    assert bob.get(record).status_code == 200
    assert alice.delete(other).status_code == 200
    assert group not in bob.get("/").json()["user"]["principals"]
    assert bob.get(record).status_code == 403


def test_deleting_a_list_deletes_each_object(alice: httpx.Client, records: str) -> None:
    """DELETE of a list answers a tombstone for each object, each with its own timestamp; the newest is the ETag."""
    for object_id in ("a", "b", "c"):
        alice.put(f"{records}/{object_id}")
    alice.delete(f"{records}/c")
    answer = alice.delete(records)
    tombstones = answer.json()["data"]
    assert sorted(entry["id"] for entry in tombstones) == ["a", "b"]
    assert all(entry.keys() == {"id", "last_modified", "deleted"} and entry["deleted"] for entry in tombstones)
    stamps = {entry["last_modified"] for entry in tombstones}
    assert len(stamps) == 2
    assert answer.headers["etag"] == f'"{max(stamps)}"'
    assert alice.get(records).json() == {"data": []}


def test_deleting_an_empty_list_changes_nothing(alice: httpx.Client, records: str) -> None:
    """DELETE of a list without objects answers an empty list and its unchanged ETag."""
    alice.put(f"{records}/a")
    alice.delete(f"{records}/a")
    etag = alice.get(records).headers["etag"]
    answer = alice.delete(records)
    assert (answer.status_code, answer.json(), answer.headers["etag"]) == (200, {"data": []}, etag)


def test_methods_can_be_switched_off(serve: Callable[..., str]) -> None:
    """A method that a setting switches off gives 405 and is no longer named in `Allow`; the others work on."""
    root = serve(
        plural_bucket_delete_enabled=False, object_record_patch_enabled=False, plural_collection_post_enabled=False
    )
    with httpx.Client(base_url=f"{root}/v1", auth=("alice", "secret")) as client:
        for path in ("/buckets/b", "/buckets/b/collections/c", "/buckets/b/collections/c/records/r"):
            assert client.put(path).status_code == 201
        for method, path, verb in (
            ("DELETE", "/buckets", "DELETE"),
            ("PATCH", "/buckets/b/collections/c/records/r", "PATCH"),
            ("POST", "/buckets/b/collections", "POST"),
        ):
            answer = client.request(method, path, json={"data": {"a": 1}})
            assert (answer.status_code, answer.json()["errno"]) == (405, 115)
            assert verb not in answer.headers["allow"]
        assert client.patch("/buckets/b", json={"data": {"a": 1}}).status_code == 200
        assert client.delete("/buckets/b/collections/c/records").status_code == 200
