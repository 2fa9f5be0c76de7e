"""Changing and showing permissions: protocol section 11.4 to 11.7 (who may do what: the permission matrix)."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest


def permissions(answer: httpx.Response) -> dict[str, list[str]]:
    """The permissions in an answer, each list sorted, as its order means nothing."""
    assert answer.status_code in {200, 201}, answer.json()
    return {name: sorted(principals) for name, principals in answer.json()["permissions"].items()}


def test_the_creator_may_write(alice: httpx.Client, each_list: str, alice_id: str) -> None:
    """Whoever creates an object, by PUT or POST, is in its `write` list, beside those that the body names."""
    assert permissions(alice.post(each_list)) == {"write": [alice_id]}
    answer = alice.post(each_list, json={"permissions": {"read": ["x"], "write": ["y"]}})
    assert permissions(answer) == {"read": ["x"], "write": sorted([alice_id, "y"])}


@pytest.mark.parametrize("body", [{}, {"permissions": {}}, {"data": {"a": 1}}, {"data": {}, "permissions": {}}])
def test_put_without_permissions_keeps_them(
    alice: httpx.Client, each_object: str, alice_id: str, body: dict[str, Any]
) -> None:
    """PUT with `permissions` absent or empty leaves them as they are."""
    expected = permissions(alice.put(each_object, json={"permissions": {"read": ["x"]}}))
    assert expected == {"read": ["x"], "write": [alice_id]}
    assert permissions(alice.put(each_object, json=body)) == expected


def test_put_with_permissions_replaces_all_of_them(alice: httpx.Client, each_object: str, alice_id: str) -> None:
    """PUT with any permission clears all lists first, then sets those given and adds the editor."""
    alice.put(each_object, json={"permissions": {"read": ["x"], "write": ["y"]}})
    assert permissions(alice.put(each_object, json={"permissions": {"read": ["z"]}})) == {
        "read": ["z"],
        "write": [alice_id],
    }
    assert permissions(alice.put(each_object, json={"permissions": {"read": []}})) == {"write": [alice_id]}


def test_put_with_one_empty_list_clears_the_others(alice: httpx.Client, collection: str, alice_id: str) -> None:
    """PUT with nothing but an empty list clears everything, the editor is added again."""
    alice.put(collection, json={"permissions": {"read": ["x"], "record:create": ["y"]}})
    assert permissions(alice.put(collection, json={"permissions": {"record:create": []}})) == {"write": [alice_id]}


def test_patch_replaces_the_lists_that_it_names(alice: httpx.Client, collection: str, alice_id: str) -> None:
    """PATCH sets the lists that it names and keeps the others; an empty list removes, null is ignored."""
    alice.put(collection, json={"permissions": {"read": ["x"], "record:create": ["y"]}})
    steps: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
        ({"read": ["a", "b"]}, {"read": ["a", "b"], "record:create": ["y"], "write": [alice_id]}),
        ({"read": None}, {"read": ["a", "b"], "record:create": ["y"], "write": [alice_id]}),
        ({"read": []}, {"record:create": ["y"], "write": [alice_id]}),
        ({"write": []}, {"record:create": ["y"], "write": [alice_id]}),
        ({"write": ["other"]}, {"record:create": ["y"], "write": sorted([alice_id, "other"])}),
    ]
    for change, expected in steps:
        assert permissions(alice.patch(collection, json={"permissions": change})) == expected
        assert permissions(alice.get(collection)) == expected


@pytest.mark.parametrize("value", [{"read": None}, {"read": None, "write": None}])
def test_null_permissions_are_ignored_by_put(alice: httpx.Client, record: str, value: dict[str, None]) -> None:
    """A permission of null in a PUT is accepted and gives nobody anything."""
    answer = alice.put(record, json={"permissions": value})
    assert answer.status_code == 200
    assert "read" not in answer.json()["permissions"]


def test_lists_of_principals_are_sets(alice: httpx.Client, record: str, alice_id: str) -> None:
    """A principal that is named twice stands once in the list."""
    answer = alice.put(record, json={"permissions": {"read": ["x", "x", "y"], "write": [alice_id, alice_id]}})
    assert permissions(answer) == {"read": ["x", "y"], "write": [alice_id]}


def test_principals_are_any_strings(alice: httpx.Client, record: str) -> None:
    """Principals are not checked for existence, whatever they look like."""
    odd = sorted(["é", "/buckets/nope/groups/nope", "a b", "$x", "a.b", "system.Nobody"])
    answer = alice.put(record, json={"permissions": {"read": odd}})
    assert permissions(answer)["read"] == odd
    assert permissions(alice.get(record))["read"] == odd


def test_the_editor_becomes_a_writer(
    alice: httpx.Client, bob: httpx.Client, record: str, alice_id: str, bob_id: str
) -> None:
    """Whoever changes an object, also by a right on its bucket and also without touching permissions, may write it."""
    bucket = record.rpartition("/collections/")[0]
    alice.patch(bucket, json={"permissions": {"write": [bob_id]}})
    answer = bob.patch(record, json={"data": {"title": "by Bob"}})
    assert permissions(answer) == {"write": sorted([alice_id, bob_id])}
    alice.patch(bucket, json={"permissions": {"write": []}})
    assert bob.patch(record, json={"data": {"title": "again"}}).status_code == 200


def test_an_anonymous_editor_is_everyone(alice: httpx.Client, anonymous: httpx.Client, records: str) -> None:
    """What somebody anonymous creates or changes may be written by everyone."""
    collection = records.rpartition("/")[0]
    alice.patch(collection, json={"permissions": {"record:create": ["system.Everyone"]}})
    answer = anonymous.post(records)
    assert permissions(answer) == {"write": ["system.Everyone"]}
    path = f"{records}/{answer.json()['data']['id']}"
    assert anonymous.patch(path, json={"data": {"a": 1}}).status_code == 200


def test_nobody_can_lock_themself_out(alice: httpx.Client, record: str, alice_id: str) -> None:
    """Taking oneself from the writers has no effect, as the editor is added again."""
    for method in ("PUT", "PATCH"):
        answer = alice.request(method, record, json={"permissions": {"write": ["other"]}})
        assert permissions(answer)["write"] == sorted(["other", alice_id])


def test_a_right_can_be_taken_back(alice: httpx.Client, bob: httpx.Client, record: str, bob_id: str) -> None:
    """After the owner has taken a right away its former holder is refused at once."""
    alice.patch(record, json={"permissions": {"write": [bob_id]}})
    assert bob.patch(record, json={"data": {"a": 1}}).status_code == 200
    alice.patch(record, json={"permissions": {"write": []}})
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        assert bob.request(method, record, json={"data": {}}).status_code == 403


def test_permissions_are_shown_to_direct_writers_only(
    alice: httpx.Client, bob: httpx.Client, record: str, alice_id: str, bob_id: str
) -> None:
    """Who only reads, or writes by a right on the bucket, sees empty permissions; a direct writer sees all of them."""
    bucket = record.rpartition("/collections/")[0]
    alice.patch(record, json={"permissions": {"read": [bob_id]}})
    assert bob.get(record).json()["permissions"] == {}
    alice.patch(bucket, json={"permissions": {"write": [bob_id]}})
    assert bob.get(record).json()["permissions"] == {}
    alice.patch(record, json={"permissions": {"read": [], "write": [bob_id]}})
    assert permissions(bob.get(record)) == {"write": sorted([alice_id, bob_id])}


def test_a_writer_by_group_sees_the_permissions(
    alice: httpx.Client, bob: httpx.Client, record: str, alice_id: str, bob_id: str
) -> None:
    """A group or `system.Authenticated` in the `write` list makes its members direct writers too."""
    group = f"{record.rpartition('/collections/')[0]}/groups/friends"
    alice.put(group, json={"data": {"members": [bob_id]}})
    for principal in (group, "system.Authenticated", "system.Everyone"):
        alice.patch(record, json={"permissions": {"write": [principal]}})
        assert permissions(bob.get(record)) == {"write": sorted([alice_id, principal])}


def test_a_partial_reader_sees_only_their_objects(
    alice: httpx.Client, bob: httpx.Client, records: str, bob_id: str, alice_id: str
) -> None:
    """With `record:create` alone two users see and delete each their own records and those shared with them."""
    collection = records.rpartition("/")[0]
    alice.patch(collection, json={"permissions": {"record:create": [bob_id]}})
    alice.put(f"{records}/private")
    alice.put(f"{records}/shared", json={"permissions": {"read": [bob_id]}})
    assert bob.put(f"{records}/own").status_code == 201
    assert sorted(entry["id"] for entry in bob.get(records).json()["data"]) == ["own", "shared"]
    assert bob.head(records).headers["total-objects"] == "2"
    assert bob.get(records).headers["etag"] == alice.get(records).headers["etag"]
    assert [entry["id"] for entry in bob.delete(records).json()["data"]] == ["own"]
    assert sorted(entry["id"] for entry in alice.get(records).json()["data"]) == ["private", "shared"]
    assert permissions(alice.get(f"{records}/private")) == {"write": [alice_id]}


def test_a_partial_reader_turns_pages_of_their_objects(
    alice: httpx.Client, bob: httpx.Client, records: str, bob_id: str
) -> None:
    """Pages and totals of a partial reader are made of the objects that they can read, as if there were no others."""
    for number in range(9):
        readers = [bob_id] if number % 3 == 0 else []
        alice.put(f"{records}/r{number}", json={"permissions": {"read": readers}})
    first = bob.get(f"{records}?_limit=2")
    assert [entry["id"] for entry in first.json()["data"]] == ["r6", "r3"]
    second = bob.get(first.headers["next-page"])
    assert [entry["id"] for entry in second.json()["data"]] == ["r0"]
    assert "next-page" not in second.headers
    assert bob.head(f"{records}?_limit=2").headers["total-objects"] == "3"


def test_a_page_of_somebody_else_shows_nothing_more(
    alice: httpx.Client, bob: httpx.Client, records: str, bob_id: str
) -> None:
    """The address of a next page gives nobody more than they may read."""
    for number in range(6):
        readers = [bob_id] if number < 1 else []
        alice.put(f"{records}/r{number}", json={"permissions": {"read": readers}})
    following = alice.get(f"{records}?_limit=2").headers["next-page"]
    answer = bob.get(following)
    assert answer.status_code in {200, 400}
    assert [entry["id"] for entry in answer.json().get("data", [])] in ([], ["r0"])


def test_a_partial_writer_deletes_their_objects_page_by_page(
    alice: httpx.Client, bob: httpx.Client, records: str, bob_id: str
) -> None:
    """DELETE of a list with a limit takes the objects that the caller may write, and steps over the others."""
    for number in range(6):
        permission = "write" if number % 2 else "read"
        alice.put(f"{records}/r{number}", json={"permissions": {permission: [bob_id]}})
    first = bob.delete(f"{records}?_limit=2")
    assert sorted(entry["id"] for entry in first.json()["data"]) == ["r3", "r5"]
    second = bob.delete(first.headers["next-page"])
    assert [entry["id"] for entry in second.json()["data"]] == ["r1"]
    assert [entry["id"] for entry in alice.get(records).json()["data"]] == ["r4", "r2", "r0"]


@pytest.mark.difference("tombstones-for-partial-readers")
def test_a_partial_reader_learns_of_deletions(
    alice: httpx.Client, bob: httpx.Client, records: str, bob_id: str
) -> None:
    """Who could read single records gets their tombstones, not those of other records, and only with `_since`."""
    for object_id, readers in (("kept", [bob_id]), ("shared", [bob_id]), ("private", [])):
        alice.put(f"{records}/{object_id}", json={"permissions": {"read": readers}})
    etag = bob.get(records).headers["etag"]
    for object_id in ("shared", "private"):
        alice.delete(f"{records}/{object_id}")
    [tombstone] = bob.get(f"{records}?_since={etag}").json()["data"]
    assert (tombstone["id"], tombstone["deleted"]) == ("shared", True)
    assert [entry["id"] for entry in bob.get(records).json()["data"]] == ["kept"]


@pytest.mark.difference("withdrawn-rights")
def test_a_former_reader_learns_that_they_may_not_read_any_more(
    alice: httpx.Client, bob: httpx.Client, records: str, bob_id: str
) -> None:
    """Whose right was taken back gets a tombstone with `_since`, and nothing of what the record holds."""
    for object_id in ("kept", "secret"):
        alice.put(f"{records}/{object_id}", json={"data": {"a": 1}, "permissions": {"read": [bob_id]}})
    etag = bob.get(records).headers["etag"]
    alice.patch(f"{records}/secret", json={"permissions": {"read": []}})
    [tombstone] = bob.get(f"{records}?_since={etag}").json()["data"]
    assert tombstone.keys() == {"id", "last_modified", "deleted"}
    assert (tombstone["id"], tombstone["deleted"]) == ("secret", True)
    assert [entry["id"] for entry in bob.get(records).json()["data"]] == ["kept"]
    assert bob.head(records).headers["total-objects"] == "1"


@pytest.mark.difference("tombstones-for-partial-readers")
def test_the_reader_of_one_record_learns_that_it_is_gone(
    alice: httpx.Client, bob: httpx.Client, records: str, bob_id: str
) -> None:
    """After the only record that somebody could read was deleted, `_since` still tells them so."""
    alice.put(f"{records}/shared", json={"permissions": {"read": [bob_id]}})
    etag = bob.get(records).headers["etag"]
    alice.delete(f"{records}/shared")
    answer = bob.get(f"{records}?_since={etag}")
    assert answer.status_code == 200
    assert [(entry["id"], entry["deleted"]) for entry in answer.json()["data"]] == [("shared", True)]


def test_a_recreated_object_forgets_its_readers(
    alice: httpx.Client, bob: httpx.Client, record: str, alice_id: str, bob_id: str
) -> None:
    """An object that is made again after its deletion has none of its former permissions."""
    alice.patch(record, json={"permissions": {"read": [bob_id]}})
    alice.delete(record)
    assert permissions(alice.put(record)) == {"write": [alice_id]}
    assert bob.get(record).status_code == 403


def test_a_bucket_is_listed_for_those_who_may_read_it(alice: httpx.Client, newcomer: httpx.Client, bucket: str) -> None:
    """The list of buckets holds just those that the caller may read."""
    assert newcomer.get("/buckets").json() == {"data": []}
    user = newcomer.get("/").json()["user"]["id"]
    alice.patch(bucket, json={"permissions": {"read": [user]}})
    assert [entry["id"] for entry in newcomer.get("/buckets").json()["data"]] == [bucket.rpartition("/")[2]]
    alice.patch(bucket, json={"permissions": {"read": []}})


@pytest.mark.parametrize("path", ["", "/groups", "/groups/g", "/collections", "/collections/c"])
def test_a_missing_bucket_is_not_told_from_a_forbidden_one(
    bob: httpx.Client, anonymous: httpx.Client, path: str
) -> None:
    """What is in a bucket that does not exist is refused like what is in one that may not be read."""
    for method in ("GET", "DELETE"):
        assert bob.request(method, f"/buckets/never-made{path}").status_code == 403
        assert anonymous.request(method, f"/buckets/never-made{path}").status_code == 401


def test_nothing_is_created_in_a_missing_bucket(bob: httpx.Client, anonymous: httpx.Client) -> None:
    """PUT and POST below a bucket that does not exist are refused."""
    for method, path in (
        ("PUT", "/collections/c"),
        ("PUT", "/groups/g"),
        ("POST", "/collections"),
        ("POST", "/groups"),
    ):
        assert bob.request(method, f"/buckets/never-made{path}").status_code == 403
        assert anonymous.request(method, f"/buckets/never-made{path}").status_code == 401


def test_without_explicit_permissions_nobody_is_added(serve: Callable[..., str]) -> None:
    """With `explicit_permissions` off a creator is no writer of what they created, unless they say so."""
    with httpx.Client(base_url=serve(explicit_permissions=False) + "/v1", auth=("alice", "secret")) as client:
        answer = client.put("/buckets/lost")
        assert (answer.status_code, answer.json()["permissions"]) == (201, {})
        assert client.get("/buckets/lost").status_code == 403
        user = client.get("/").json()["user"]["id"]
        assert client.put("/buckets/kept", json={"permissions": {"write": [user]}}).status_code == 201
        assert permissions(client.get("/buckets/kept")) == {"write": [user]}
