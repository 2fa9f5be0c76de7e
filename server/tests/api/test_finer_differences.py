"""Finer differences from the reference, which the comparison side by side has found: docs/reference/protocol.md."""

from typing import Any

import httpx
import pytest
from tests.api.tasks import fill, found, refusal

difference = pytest.mark.difference
MERGE = {"Content-Type": "application/merge-patch+json"}
STEPS = {"Content-Type": "application/json-patch+json"}


@difference("batches-that-are-arrays")
@pytest.mark.parametrize("body", [[], [{"path": "/"}], "x", 1, None])
def test_a_batch_is_an_object(alice: httpx.Client, body: object) -> None:
    """Any other JSON is 400, and no error of the server."""
    answer = alice.post("/batch", json=body)
    assert (answer.status_code, answer.json()["errno"]) == (400, 107)


@difference("challenged-accounts")
def test_the_anonymous_are_challenged_for_accounts(anonymous: httpx.Client) -> None:
    """Every 401 has a challenge (RFC 9110 section 11.6.1), that of the list of accounts too."""
    answer = anonymous.get("/accounts")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Basic realm="Realm"')


@difference("contains-nothing")
def test_every_array_contains_nothing(alice: httpx.Client, records: str) -> None:
    """All of no values are in every array, and any of no values is in none."""
    fill(alice, records, {"full": {"a": [1]}, "empty": {"a": []}, "text": {"a": "x"}, "none": {}})
    assert found(alice, records, "contains_a=[]&_sort=id") == ["empty", "full"]
    assert found(alice, records, "contains_any_a=[]") == []


@difference("decimal-timestamps")
@pytest.mark.parametrize("name", ["_since", "_before", "gt_last_modified"])
def test_a_timestamp_is_an_integer(alice: httpx.Client, records: str, name: str) -> None:
    """A decimal gives 400 that names the parameter."""
    assert refusal(alice.get(f"{records}?{name}=1.5")) == (name, '"1.5" is not a number')


@difference("null-timestamps")
@pytest.mark.parametrize("name", ["_since", "_before", "_to"])
def test_null_is_no_bound(alice: httpx.Client, record: str, name: str) -> None:
    """A bound of null is the same as none, as documented: the list, without tombstones."""
    records = record.rpartition("/")[0]
    alice.put(f"{records}/gone")
    alice.delete(f"{records}/gone")
    assert alice.get(f"{records}?{name}=null").json() == alice.get(records).json()
    assert refusal(alice.get(f"{records}?gt_last_modified=null"))[0] == "gt_last_modified"


@difference("dotted-keys")
def test_a_dot_walks(alice: httpx.Client, records: str) -> None:
    """A dot in a filter walks into an object; it never stands for itself in the name of an attribute."""
    fill(alice, records, {"nested": {"a": {"b": 1}}, "dotted": {"a.b": 1}})
    assert found(alice, records, "a.b=1") == ["nested"]


@difference("empty-patches")
@pytest.mark.parametrize("path", ["/buckets/default", "/buckets/default/collections/tasks"])
def test_an_empty_patch_changes_nothing_anywhere(newcomer: httpx.Client, path: str) -> None:
    """PATCH needs `data` or `permissions`, under the alias of the personal bucket too."""
    newcomer.get(path)
    answer = newcomer.patch(path, json={})
    assert (answer.status_code, answer.json()["details"][0]["name"]) == (400, "data")


@difference("filters-beside-has")
def test_has_is_one_filter_of_several(alice: httpx.Client, records: str) -> None:
    """`has_` holds beside the other filters, in whichever order they stand."""
    fill(alice, records, {"both": {"n": 1, "m": 1}, "n": {"n": 1}, "m": {"m": 1}})
    for query in ("n=1&has_m=true", "has_m=true&n=1"):
        assert found(alice, records, query) == ["both"]
    assert found(alice, records, "n=1&has_m=false") == ["n"]


@difference("filters-of-ids")
@pytest.mark.parametrize("query", ['id={"a":1}', "id=[1]", 'not_id={"a":1}', "has_id=true", "not_id=1", "gt_id=null"])
def test_ids_are_texts(alice: httpx.Client, records: str, query: str) -> None:
    """A filter of ids by anything else is refused, as it can mean nothing."""
    assert alice.get(f"{records}?{query}").status_code == 400


@difference("has-true-or-false")
@pytest.mark.parametrize("value", ["1", "no", "", "True", "null"])
def test_has_is_true_or_false(alice: httpx.Client, records: str, value: str) -> None:
    """Another value of `has_` is refused rather than guessed at."""
    assert refusal(alice.get(f"{records}?has_n={value}"))[0] == "has_n"


@difference("hello-texts")
def test_hello_is_our_own(anonymous: httpx.Client) -> None:
    """The name, the version, and the addresses in the hello view are those of this software."""
    assert "kinto-storage" not in anonymous.get("/").json()["project_name"].lower()
    assert anonymous.get("/").json()["project_name"] != "kinto"


@difference("merge-patches-of-texts")
@pytest.mark.parametrize("before", ["text", 1, None, [1], True])
def test_an_object_merged_into_what_is_none(alice: httpx.Client, records: str, before: Any) -> None:  # noqa: ANN401
    """What is no object becomes one, without the nulls of the patch, as RFC 7396 says."""
    fill(alice, records, {"r": {"a": before}})
    patch = {"data": {"a": {"b": {"c": None, "d": 1}, "e": None}}}
    assert alice.patch(f"{records}/r", json=patch, headers=MERGE).json()["data"]["a"] == {"b": {"d": 1}}


@difference("record-named-as-its-collection")
def test_a_record_may_have_the_name_of_its_collection(newcomer: httpx.Client) -> None:
    """Under the alias of the personal bucket too."""
    path = "/buckets/default/collections/same/records/same"
    assert newcomer.put(path, json={"data": {"n": 1}}).status_code == 201
    assert newcomer.get(path).json()["data"]["n"] == 1


@difference("rights-before-ids")
@pytest.mark.parametrize("name", ["not an id", "", 1, None])
def test_a_stranger_is_not_told_what_is_wrong(
    bob: httpx.Client, anonymous: httpx.Client, records: str, name: object
) -> None:
    """Whether the caller may create is decided before the id that they ask for is looked at."""
    for client, status in ((bob, 403), (anonymous, 401)):
        assert client.post(records, json={"data": {"id": name}}).status_code == status


@difference("schemas")
def test_a_schema_is_an_attribute(alice: httpx.Client, collection: str) -> None:
    """Nothing is validated yet, so nothing about a schema is refused: it is kept as what it is."""
    for schema in ({"type": "object", "required": ["title"]}, {"type": "nonsense"}, "text", None):
        data = {"schema": schema, "cache_expires": "soon"}
        assert data.items() <= alice.put(collection, json={"data": data}).json()["data"].items()
        assert alice.post(f"{collection}/records", json={"data": {}}).status_code == 201


@difference("unknown-permissions-in-patches")
def test_a_patch_of_a_permission_that_the_kind_does_not_have(alice: httpx.Client, record: str) -> None:
    """It is refused, as in any other body, instead of answered with success and forgotten."""
    steps = [{"op": "add", "path": "/permissions/record:create/system.Everyone"}]
    assert alice.patch(record, json=steps, headers=STEPS).status_code == 400


@difference("zero-timestamps")
def test_zero_is_a_timestamp(alice: httpx.Client, records: str) -> None:
    """The first millisecond of the epoch is one as any other, in bodies and in preconditions."""
    answer = alice.put(f"{records}/old", json={"data": {"last_modified": 0}})
    assert (answer.headers["etag"], answer.json()["data"]["last_modified"]) == ('"0"', 0)
    assert alice.get(f"{records}/old", headers={"If-None-Match": '"0"'}).status_code == 304
    assert alice.put(f"{records}/old", headers={"If-Match": '"0"'}).status_code == 200
    assert alice.put(f"{records}/old", headers={"If-Match": '"0"'}).status_code == 412


@difference("empty-preconditions")
@pytest.mark.parametrize("name", ["If-Match", "If-None-Match"])
def test_an_empty_precondition_is_malformed(alice: httpx.Client, record: str, name: str) -> None:
    """A precondition is never dropped in silence, not even an empty one."""
    answer = alice.put(record, headers={name: ""})
    assert (answer.status_code, answer.json()["details"][0]["name"]) == (400, name)


@difference("light-and-diff")
def test_a_part_of_a_group(alice: httpx.Client, bucket: str) -> None:
    """`light` and `diff` show the attributes that were named and nothing else, for groups too."""
    group = f"{bucket}/groups/g"
    alice.put(group, json={"data": {"members": ["zoe"], "n": 1}})
    for behaviour in ("light", "diff"):
        answer = alice.patch(group, json={"data": {"n": 1}}, headers={"Response-Behavior": behaviour})
        assert (answer.status_code, sorted(answer.json())) == (200, ["data"])
        assert answer.json()["data"].keys() <= {"n"}


@difference("wording")
def test_a_refusal_says_what_is_wrong(alice: httpx.Client, record: str) -> None:
    """The words of a 400 are ours where those of the reference are a library's; the form and the errno are the same."""
    for content in ('{"data": ', '{"data": {"a": "\\u0000"}}', '{"data": {"a": 1, "a": 2}}'):
        answer = alice.put(record, content=content, headers={"Content-Type": "application/json"}).json()
        assert (answer["code"], answer["errno"], answer["error"]) == (400, 107, "Invalid parameters")
        assert answer["message"].startswith("Invalid JSON: ")
