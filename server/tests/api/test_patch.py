"""The three kinds of PATCH over HTTP: protocol sections 3.1, 10.3, 13 and 31."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.api.patches import BOTH, MERGE, OPERATIONS, PLAIN, attributes, detail, op, operate, patch


def test_the_example_of_the_protocol(alice: httpx.Client, alice_id: str, records: str) -> None:
    """The sequence of section 10.3 answers as printed there, and each step moves the timestamp."""
    path = f"{records}/r"
    made = {"data": {"a": 1, "x": {"y": 1, "z": 2}}, "permissions": {"read": ["system.Everyone"]}}
    assert alice.put(path, json=made).status_code == 201
    answers = [
        patch(alice, path, MERGE, {"data": {"x": {"y": None}, "a": None}}),
        operate(alice, path, op("add", "/data/b", value=2), op("remove", "/permissions/read/system.Everyone")),
        operate(alice, path, op("test", "/data/b", value=3)),
        patch(alice, path, PLAIN, {"data": {"x": {"y": None}}}),
    ]
    assert attributes(answers[0]) == {"x": {"z": 2}}
    assert attributes(answers[1]) == {"x": {"z": 2}, "b": 2}
    assert answers[1].json()["permissions"] == {"write": [alice_id]}
    assert (detail(answers[2])["location"], detail(answers[2])["name"]) == ("body", None)
    assert attributes(answers[3]) == {"x": {"y": None}, "b": 2}
    stamps = [answer.json()["data"]["last_modified"] for answer in (answers[0], answers[1], answers[3])]
    assert stamps == sorted(set(stamps))
    assert [answers[index].headers["ETag"] for index in (0, 1, 3)] == [f'"{stamp}"' for stamp in stamps]
    assert alice.get(path).json() == answers[3].json()


def test_every_kind_of_object_takes_every_kind_of_patch(alice: httpx.Client, alice_id: str, each_object: str) -> None:
    """Buckets, groups, collections and records are merged into and operated on, permissions among it."""
    merged = patch(alice, each_object, MERGE, {"data": {"a": {"b": 1, "c": None}}, "permissions": {"read": ["zoe"]}})
    assert attributes(merged)["a"] == {"b": 1}
    operated = operate(
        alice, each_object, op("move", "/data/d", **{"from": "/data/a/b"}), op("add", "/permissions/read/x")
    )
    assert (attributes(operated)["a"], attributes(operated)["d"]) == ({}, 1)
    assert operated.json()["permissions"] == {"read": ["zoe", "x"], "write": [alice_id]}
    cleared = patch(alice, each_object, MERGE, {"permissions": {"read": None}})
    assert cleared.json()["permissions"] == {"write": [alice_id]}
    assert alice.get(each_object).json() == cleared.json()


@pytest.mark.parametrize("suffix", ["; charset=utf-8", ";charset=UTF-8", " ; a=b; c=d"])
@pytest.mark.difference("charset-of-patches")
def test_parameters_of_the_media_type_count_for_nothing(alice: httpx.Client, record: str, suffix: str) -> None:
    """With a charset a merge patch is still one, and so is a JSON patch (the reference: a plain patch, and 500)."""
    assert attributes(patch(alice, record, MERGE + suffix, {"data": {"title": None}})) == {"done": False}
    assert attributes(operate(alice, record, op("remove", "/data/done"))) == {}
    answer = patch(alice, record, OPERATIONS + suffix, [op("add", "/data/a", value=1)])
    assert attributes(answer) == {"a": 1}


@pytest.mark.parametrize("media_type", ["Application/Merge-Patch+JSON", "APPLICATION/MERGE-PATCH+JSON"])
@pytest.mark.difference("case-of-media-types")
def test_the_case_of_the_media_type_counts_for_nothing(alice: httpx.Client, record: str, media_type: str) -> None:
    """Media types are compared without regard to case (RFC 9110 section 8.3.1)."""
    assert attributes(patch(alice, record, media_type, {"data": {"title": None}})) == {"done": False}


@pytest.mark.parametrize("media_type", ["text/plain", "application/merge-patch", "application/json-patch+jsonx"])
def test_another_media_type_is_told_the_three(alice: httpx.Client, record: str, media_type: str) -> None:
    """415 on PATCH names all that it takes; PUT takes JSON alone."""
    message = f"Content-Type header should be one of {[PLAIN, MERGE, OPERATIONS]}"
    answer = patch(alice, record, media_type, {"data": {}})
    assert (answer.status_code, answer.json()["errno"], answer.json()["message"]) == (415, 107, message)
    assert answer.json()["details"] == [{"location": "header", "name": "Content-Type", "description": message}]
    for other in (MERGE, OPERATIONS):
        assert alice.put(record, content=b"{}", headers={"Content-Type": other}).status_code == 415


@pytest.mark.parametrize("principal", ["account:zed", "/buckets/b/groups/g", "system.Authenticated"])
@pytest.mark.parametrize("permission", ["read", "write", "record:create"])
@pytest.mark.difference("add-without-value")
def test_a_principal_is_added_without_a_value(
    alice: httpx.Client, collection: str, permission: str, principal: str
) -> None:
    """As kinto.js adds permissions, for each of them, the list being made (the reference: 400 for `record:create`)."""
    path = f"/permissions/{permission}/{principal.replace('/', '~1')}"
    assert principal in operate(alice, collection, op("add", path)).json()["permissions"][permission]
    removed = operate(alice, collection, op("remove", path)).json()["permissions"]
    assert principal not in removed.get(permission, [])


def test_whole_permissions_are_added(alice: httpx.Client, alice_id: str, collection: str) -> None:
    """A permission is set by a list and by a mapping; the editor stays in `write`."""
    answer = operate(
        alice,
        collection,
        op("add", "/permissions/record:create", value=["x", "y"]),
        op("add", "/permissions/read", value={"z": {}}),
        op("remove", "/permissions/write"),
    )
    assert answer.json()["permissions"] == {"record:create": ["x", "y"], "read": ["z"], "write": [alice_id]}


def test_a_principal_has_one_form(alice: httpx.Client, bob: httpx.Client, bob_id: str, record: str) -> None:
    """Both ways to write a user's id give the right, and either takes it away."""
    digest = bob_id[len("basicauth_") :]
    assert operate(alice, record, op("add", f"/permissions/read/basicauth:{digest}")).status_code == 200
    assert bob.get(record).status_code == 200
    assert operate(alice, record, op("remove", f"/permissions/read/basicauth_{digest}")).status_code == 200
    assert bob.get(record).status_code == 403


def test_a_patch_without_operations_moves_the_timestamp(alice: httpx.Client, record: str) -> None:
    """An empty array, and tests alone, answer 200 and count as a write."""
    stamps = [alice.get(record).json()["data"]["last_modified"]]
    for operations in ([], [op("test", "/data/title", value="write")], [op("add", "/foo", value=1)]):
        answer = operate(alice, record, *operations)
        assert attributes(answer) == {"title": "write", "done": False}
        stamps.append(answer.json()["data"]["last_modified"])
    assert stamps == sorted(set(stamps))


REFUSED = {
    "a failing operation": ([op("remove", "/permissions/read/zed")], None, "can't remove a non-existent object 'zed'"),
    "a test": ([op("test", "/data/done", value=0)], None, "JSON Patch operation failed: "),
    "an operation after one that succeeds": ([op("add", "/data/a", value=1), op("remove", "/data/b")], None, "failed"),
    "an unknown operation": ([op("nonsense", "/data/a")], "0.op", "is not one of"),
    "a path without a slash": ([op("add", "data/a", value=1)], "0.path", "must start with /"),
    "an unknown permission": ([op("add", "/permissions/nonsense/zoe")], "permissions", "is not one of read, write"),
    "an object": ({"data": {"a": 1}}, "", "is not iterable"),
    "another id": ([op("replace", "/data/id", value="other")], "id", "Object id does not match existing object"),
    "attributes that are none": ([op("replace", "/data", value=5)], "data", "is not a mapping type"),
    "doubling": ([op("copy", f"/data/{n}", **{"from": "/data"}) for n in range(40)], None, "bytes are copied"),
    "too many": ([op("add", f"/data/{n}", value=n) for n in range(1001)], "", "more than 1000 operations"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "name", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_changes_nothing(
    alice: httpx.Client, record: str, body: object, name: str | None, reason: str
) -> None:
    """A JSON patch that cannot be carried out gives 400 with the reason, and nothing of it is done."""
    before = alice.get(record).json()
    answer = patch(alice, record, OPERATIONS, body)
    assert (detail(answer)["location"], detail(answer)["name"]) == ("body", name)
    assert reason in detail(answer)["description"]
    assert reason in answer.json()["message"]
    assert alice.get(record).json() == before


@pytest.mark.parametrize("media_type", [PLAIN, MERGE])
def test_an_array_is_a_json_patch_only(alice: httpx.Client, record: str, media_type: str) -> None:
    """Operations sent as plain JSON or as a merge patch give 400."""
    answer = patch(alice, record, media_type, [op("remove", "/data/title")])
    assert "is not a mapping type" in detail(answer)["description"]


@pytest.mark.parametrize("media_type", [PLAIN, MERGE])
@pytest.mark.parametrize("body", [{}, {"foo": 1}, {"data": {"id": "other"}}, {"data": {"id": None}}, {"data": None}])
def test_a_merge_patch_has_the_shape_of_other_bodies(
    alice: httpx.Client, record: str, media_type: str, body: object
) -> None:
    """A merge patch without content, with unknown keys, or with another id gives 400, as a plain one does."""
    before = alice.get(record).json()
    assert detail(patch(alice, record, media_type, body))
    assert alice.get(record).json() == before


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("media_type", [MERGE, OPERATIONS])
def test_the_id_may_be_repeated(alice: httpx.Client, record: str, media_type: str, *, named: bool) -> None:
    """`data.id` that is equal, or not given, is no change."""
    data = {"a": 1, **({"id": "first"} if named else {})}
    body: object = {"data": data} if media_type == MERGE else [op("replace", "/data", value=data)]
    assert attributes(patch(alice, record, media_type, body))["a"] == 1


@pytest.mark.parametrize(("media_type", "body"), BOTH)
def test_the_order_of_the_refusals(
    alice: httpx.Client, bob: httpx.Client, record: str, media_type: str, body: object
) -> None:
    """Stranger 403, malformed 400, missing 404, stale 412, impossible 400: the order of protocol section 5.3."""
    stale = {"If_Match": '"1"'}
    fails = [op("test", "/data/title", value=0)] if media_type == OPERATIONS else {"data": {"id": "other"}}
    missing = f"{record}-missing"
    assert patch(bob, record, media_type, "malformed").status_code == 403
    assert patch(alice, missing, media_type, "malformed", **stale).status_code == 400
    assert patch(alice, missing, media_type, fails, **stale).status_code == 404
    assert patch(alice, record, media_type, fails, **stale).status_code == 412
    assert patch(alice, record, media_type, fails).status_code == 400
    assert patch(alice, record, media_type, body).status_code == 200


@pytest.mark.parametrize(("media_type", "body"), BOTH)
def test_preconditions_hold_for_patches(alice: httpx.Client, record: str, media_type: str, body: object) -> None:
    """A current `If-Match` lets a patch through, a stale one and `If-None-Match: *` give 412 and change nothing."""
    etag = alice.get(record).headers["ETag"]
    assert patch(alice, record, media_type, body, If_None_Match="*").status_code == 412
    assert patch(alice, record, media_type, body, If_Match=etag).status_code == 200
    stale = patch(alice, record, media_type, body, If_Match=etag)
    assert (stale.status_code, stale.json()["details"]["existing"]["a"]) == (412, 1)


def test_operations_meet_the_object_as_it_is_written(alice: httpx.Client, record: str) -> None:
    """Twenty clients append to one array at once, without preconditions: all that was acknowledged is there."""
    assert alice.patch(record, json={"data": {"log": []}}).status_code == 200
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: operate(alice, record, op("add", "/data/log/-", value=n)), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(alice.get(record).json()["data"]["log"]) == list(range(20))


def test_one_of_many_tests_wins(alice: httpx.Client, record: str) -> None:
    """Ten clients test for the same value and replace it, at once: exactly one finds it."""
    assert alice.patch(record, json={"data": {"owner": None}}).status_code == 200

    def claim(number: int) -> int:
        free, mine = op("test", "/data/owner", value=None), op("replace", "/data/owner", value=number)
        return operate(alice, record, free, mine).status_code

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(claim, range(10))) == [200] + [400] * 9


@pytest.mark.parametrize("media_type", [MERGE, OPERATIONS])
def test_a_timestamp_may_be_asked_for(alice: httpx.Client, record: str, media_type: str) -> None:
    """`data.last_modified` counts when it is a newer integer; an older one and what is no integer are ignored."""

    def asked(value: object) -> httpx.Response:
        merge = {"data": {"last_modified": value}}
        operations = [op("replace", "/data/last_modified", value=value)]
        return patch(alice, record, media_type, merge if media_type == MERGE else operations)

    stamp = alice.get(record).json()["data"]["last_modified"]
    assert asked(stamp + 60_000).json()["data"]["last_modified"] == stamp + 60_000
    for ignored in (stamp, "text", None, True, 1.5, {"$gt": 0}):
        assert asked(ignored).json()["data"]["last_modified"] > stamp + 60_000
    assert detail(asked(stamp + 10**12))["name"] == "data.last_modified"
    assert detail(asked(-1))["name"] == "data.last_modified"


def test_the_members_of_a_group_are_checked_after_the_patch(alice: httpx.Client, bucket: str) -> None:
    """Operations and merges on `members` give a list of user ids or 400; without members a group has none."""
    group = f"{bucket}/groups/friends"
    digest = "ab" * 32
    assert alice.put(group, json={"data": {"members": ["zoe"]}}).status_code == 201
    added = operate(alice, group, op("add", "/data/members/-", value=f"basicauth:{digest}"))
    assert attributes(added) == {"members": ["zoe", f"basicauth_{digest}"]}
    wrong = detail(operate(alice, group, op("add", "/data/members/1", value="/buckets/b/groups/g")))
    assert (wrong["name"], wrong["description"]) == ("data.members.1", "'/buckets/b/groups/g' is not a valid user ID.")
    for operations in ([op("add", "/data/members/0", value=5)], [op("replace", "/data/members", value={"a": 1})]):
        assert detail(operate(alice, group, *operations))["name"].startswith("data.members")
    assert detail(patch(alice, group, MERGE, {"data": {"members": {"0": "bob"}}}))["name"] == "data.members"
    assert alice.get(group).json() == added.json()
    assert attributes(operate(alice, group, op("remove", "/data/members"))) == {"members": []}


def test_a_group_that_is_patched_gives_its_rights_at_once(
    alice: httpx.Client, bob: httpx.Client, bob_id: str, bucket: str, record: str
) -> None:
    """Who becomes a member by an operation may do what the group may, and who is taken out no longer."""
    group = f"{bucket}/groups/friends"
    assert alice.put(group).status_code == 201
    assert operate(alice, record, op("add", f"/permissions/read/{group.replace('/', '~1')}")).status_code == 200
    assert bob.get(record).status_code == 403
    assert operate(alice, group, op("add", "/data/members/-", value=bob_id)).status_code == 200
    assert bob.get(record).status_code == 200
    assert operate(alice, group, op("remove", "/data/members/0")).status_code == 200
    assert bob.get(record).status_code == 403


def test_patches_work_in_the_personal_bucket(newcomer: httpx.Client) -> None:
    """The alias is made by a patch, keeps its id under either name, and its collections and records are patched."""
    bucket = "/buckets/default"
    answer = operate(newcomer, bucket, op("add", "/data/a", value=1), op("add", "/data/id", value="default"))
    assert attributes(answer) == {"a": 1}
    own = answer.json()["data"]["id"]
    assert attributes(patch(newcomer, bucket, MERGE, {"data": {"id": "default", "a": None, "b": 2}})) == {"b": 2}
    assert attributes(operate(newcomer, bucket, op("test", "/data/id", value=own))) == {"b": 2}
    assert attributes(operate(newcomer, f"{bucket}/collections/c", op("add", "/data/a", value=1))) == {"a": 1}
    assert newcomer.put(f"{bucket}/collections/c/records/r").status_code == 201
    assert attributes(operate(newcomer, f"{bucket}/collections/c/records/r", op("add", "/data/a", value=1))) == {"a": 1}
    assert detail(operate(newcomer, f"{bucket}/collections/c/records/r", op("add", "/data/id", value="default")))


def test_names_and_numbers_survive_patches(alice: httpx.Client, record: str) -> None:
    """Operators of MongoDB as names and values are data, and 64-bit integers stay exact through every patch."""
    data = {"$set": {"a.b": {"$gt": ""}}, "": [2**63, 2**53 + 1, -(2**63), 1.0, True], "__proto__": {"deleted": True}}
    assert alice.put(record, json={"data": data}).status_code == 200
    answer = operate(
        alice,
        record,
        op("test", "/data//0", value=2**63),
        op("test", "/data/$set/a.b/$gt", value=""),
        op("copy", "/data/$where", **{"from": "/data/"}),
        op("add", "/data/a.b", value={"$inc": 2**64 - 1}),
    )
    expected = {**data, "$where": data[""], "a.b": {"$inc": 2**64 - 1}}
    assert json.dumps(attributes(answer), sort_keys=True) == json.dumps(expected, sort_keys=True)
    merged = attributes(patch(alice, record, MERGE, {"data": {"$set": {"a.b": {"$gt": None, "$lt": 1}}}}))
    expected["$set"] = {"a.b": {"$lt": 1}}
    assert json.dumps(merged, sort_keys=True) == json.dumps(expected, sort_keys=True)
    assert alice.get(record).json()["data"].items() >= expected.items()


@pytest.mark.difference("hidden-permissions")
def test_who_writes_through_the_bucket_is_not_told_the_permissions(
    serve: Callable[..., str], alice_id: str, bob_id: str
) -> None:
    """An owner of the bucket who is not in a record's list adds and removes, and no operation tells who is there."""
    root = serve(explicit_permissions=False, bucket_write_principals=[alice_id])
    arguments: dict[str, Any] = {"base_url": f"{root}/v1", "trust_env": False, "timeout": 30}
    with httpx.Client(auth=("alice", "secret"), **arguments) as alice, httpx.Client(**arguments) as anyone:
        assert alice.put("/buckets/b", json={"permissions": {"write": [alice_id]}}).status_code == 201
        records = "/buckets/b/collections/c/records"
        assert alice.put("/buckets/b/collections/c").status_code == 201
        lists = {"read": ["zoe", "system.Everyone"], "write": [bob_id]}
        assert alice.put(f"{records}/r", json={"permissions": lists}).json()["permissions"] == {}
        told = {
            operate(alice, f"{records}/r", op(name, f"/permissions/read/{who}")).text
            for name in ("test", "replace")
            for who in ("zoe", "nobody")
        }
        assert len(told) == 1
        for who in ("system.Everyone", "nobody"):
            answer = operate(alice, f"{records}/r", op("remove", f"/permissions/read/{who}"))
            assert (answer.status_code, answer.json()["permissions"]) == (200, {})
        assert anyone.get(f"{records}/r").status_code == 401
        assert operate(alice, f"{records}/r", op("add", "/permissions/read/system.Everyone")).status_code == 200
        assert anyone.get(f"{records}/r").status_code == 200
    with httpx.Client(auth=("bob", "secret"), **arguments) as bob:
        shown = bob.get(f"{records}/r").json()["permissions"]
    assert {name: sorted(who) for name, who in shown.items()} == {name: sorted(who) for name, who in lists.items()}


@pytest.mark.parametrize("media_type", [MERGE, OPERATIONS])
def test_a_patched_object_has_a_limit(alice: httpx.Client, record: str, media_type: str) -> None:
    """Patches of four megabytes each are stored until the object would be too large, which gives 413."""
    text = "x" * 4_000_000
    statuses = []
    for number in range(4):
        body: object = {"data": {f"a{number}": text}}
        if media_type == OPERATIONS:
            body = [op("add", f"/data/a{number}", value=text)]
        statuses.append(patch(alice, record, media_type, body).status_code)
    assert statuses == [200, 200, 200, 413]
    assert alice.get(record).json()["data"].keys() == {"a0", "a1", "a2", "title", "done", "id", "last_modified"}
