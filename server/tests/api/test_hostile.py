"""What careless and malicious clients send, row by row of the defects and traps that the protocol's description lists.

Most rows have their test beside what they are about; here are those that have none elsewhere. Sections 31 and 32.
"""

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from kintoun_server.app import ROUTES
from tests.api.tasks import fill, found

JSON = {"Content-Type": "application/json"}
DEEP = '{"data": {"a": ' + "[" * 2000 + "]" * 2000 + "}}"
ODD_NAMES = ("$set", "_id", "permissions", "schema", "parent", "__proto__", "constructor", "é", "~0", "a-b")
"""Names of attributes to which databases and servers like to give a meaning."""


@pytest.mark.parametrize("method", ["PUT", "PATCH", "POST"])
@pytest.mark.parametrize(
    "body",
    [DEEP, '{"data": {"a": "\\u0000"}}', f'{{"data": {{"a": {2**70}}}}}', f'{{"data": {{"last_modified": {2**70}}}}}'],
    ids=["2,000 levels", "NUL", "2^70", "last_modified 2^70"],
)
def test_bodies_that_break_the_reference(alice: httpx.Client, record: str, method: str, body: str) -> None:
    """2,000 nested arrays, a NUL and an integer of 71 bits give 400 with the reason, and nothing is stored."""
    records = record.rpartition("/")[0]
    before = alice.get(records).text
    path = records if method == "POST" else record
    answer = alice.request(method, path, content=body, headers=JSON)
    assert (answer.status_code, answer.json()["errno"]) == (400, 107)
    assert answer.json()["message"].startswith("Invalid JSON: ")
    assert alice.get(records).text == before


def test_one_is_not_true(alice: httpx.Client, records: str) -> None:
    """1, 1.0, true, "1", null and nothing come back as they were sent, and filters tell them apart."""
    values = {"a": "1", "b": "1.0", "c": "true", "d": '"1"', "e": "null", "g": "18446744073709551615"}
    for name, value in values.items():
        content = f'{{"data":{{"n":{value}}}}}'
        assert alice.put(f"{records}/{name}", content=content, headers=JSON).status_code == 201
        assert f'"n":{value},' in alice.get(f"{records}/{name}").text
    fill(alice, records, {"f": {}})
    for value, names in (("1", "ab"), ("true", "c"), ('"1"', "d"), ("null", "e"), ("18446744073709551615", "g")):
        assert sorted(found(alice, records, f"n={value}")) == list(names)
    assert found(alice, records, "has_n=false") == ["f"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_are_found_and_sorted_by(alice: httpx.Client, records: str, name: str) -> None:
    """However an attribute is called, lists are filtered and sorted by it, and its fields are chosen by it."""
    fill(alice, records, {"one": {name: 1}, "two": {name: {name: 2}}, "none": {"other": {name: 3}}})
    equal = f"eq_{name}" if name.startswith("_") else name  # a bare name that begins so is no filter
    assert found(alice, records, f"{equal}=1") == ["one"]
    assert found(alice, records, f"{equal}.{name}=2") == ["two"]
    assert found(alice, records, f"other.{name}=3") == ["none"]
    if name.replace("_", "").isalnum():  # what else stands before it, is a part of the name
        assert found(alice, records, f"has_{name}=true&_sort={name}") == ["one", "two"]
        assert found(alice, records, f"_sort=-{name}") == ["none", "two", "one"]
    (entry,) = alice.get(records, params={"id": "one", "_fields": name}).json()["data"]
    assert entry[name] == 1


def test_a_list_has_one_etag_for_all(alice: httpx.Client, bob: httpx.Client, record: str, bob_id: str) -> None:
    """The ETag of a list is the same for all callers, and moves by what some of them do not see."""
    records = record.rpartition("/")[0]
    alice.patch(record, json={"permissions": {"read": [bob_id]}})
    before = bob.get(records).headers["etag"]
    assert before == alice.get(records).headers["etag"]
    hidden = alice.put(f"{records}/hidden").headers["etag"]
    assert bob.get(records).headers["etag"] == alice.get(records).headers["etag"] == hidden != before


def test_no_etag_is_made_of_an_answer(alice: httpx.Client, record: str) -> None:
    """What has no timestamp has no ETag, and `If-None-Match` never makes a 304 of the content alone."""
    for path in ("/", "/__heartbeat__", "/__lbheartbeat__", "/__version__"):
        assert "etag" not in alice.get(path).headers
    assert alice.get(record).headers["etag"].strip('"').isdecimal()


def test_head_is_there_wherever_get_is(alice: httpx.Client, record: str) -> None:
    """Each route that answers GET answers HEAD with the same status, and without a body."""
    _, _, bucket, _, collection, _, name = record.split("/")
    alice.put(f"/buckets/{bucket}/groups/g")
    named = {"{bucket}": bucket, "{collection}": collection, "{record}": name, "{group}": "g", "{account}": "nobody"}
    for route in ROUTES:
        if "GET" in route.handler.allow:
            path = "/".join(named.get(step, step) for step in route.path.split("/"))
            head = alice.head(path)
            assert (head.status_code, head.content) == (alice.get(path).status_code, b""), path


def test_a_path_is_decoded_once(alice: httpx.Client, records: str) -> None:
    """A percent sign that was encoded is a percent sign: what it would become by a second decoding is not reached."""
    alice.put(f"{records}/ab")
    for path in (f"{records}/%2561b", f"{records}/a%2562"):
        assert alice.get(path).status_code == 400
    assert alice.get(f"{records}/%61b").status_code == 200
    assert alice.get(f"{records}/..%2fab").status_code == 400


def test_a_long_head_is_answered_in_json(alice: httpx.Client, records: str) -> None:
    """An address and headers beyond the limit give an error in JSON, not a page of a web server."""
    for query, header in (("x" * 60_000, "x" * 6_000), ("", "x" * 70_000), ("", "x" * 500_000)):
        answer = alice.get(f"{records}?n={query}", headers={"X-Long": header})
        assert (answer.status_code, answer.json()["code"], answer.json()["errno"]) == (400, 400, 107)


def test_the_smuggled_and_the_unknown_leave_no_trace(alice: httpx.Client, record: str) -> None:
    """What looks like our own way of storing is the user's own data, and can be taken away again."""
    odd: dict[str, Any] = {
        **{name: {"read": ["system.Everyone"]} for name in ("audience", "read", "write", "acl", "former", "clock")},
        "data": {"data": {}},
        "deleted": True,
        "generation": 7,
        "escaped": True,
    }
    before = alice.get(record).json()["permissions"]
    answer = alice.put(record, json={"data": odd}).json()
    assert answer["permissions"] == before
    got = alice.get(record).json()["data"]
    assert json.dumps({name: got[name] for name in odd}, sort_keys=True) == json.dumps(odd, sort_keys=True)
    assert sorted(alice.put(record, json={"data": {}}).json()["data"]) == ["id", "last_modified"]


def test_a_wrong_password_takes_the_same_time_for_anybody(serve: Callable[..., str]) -> None:
    """How long a refusal takes does not tell whether there is an account of the name (the reference: 488 and 15 ms)."""
    with httpx.Client(base_url=serve(multiauth_policies=["account"]) + "/v1", timeout=60, trust_env=False) as client:
        assert client.put("/accounts/somebody", json={"data": {"password": "a long password"}}).status_code == 201
        times: dict[str, list[float]] = {"somebody": [], "nobody": []}
        for number in range(15):
            for name, taken in times.items():
                start = time.perf_counter()
                answer = client.get("/buckets", auth=(name, f"wrong password {number}"))
                taken.append(time.perf_counter() - start)
                assert answer.status_code == 401
        known, unknown = (statistics.median(taken) for taken in times.values())
        assert 1 / 3 < known / unknown < 3
