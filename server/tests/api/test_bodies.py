"""What a request may carry: media types, bodies and JSON; protocol section 3."""

import contextlib
import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

JSON = {"Content-Type": "application/json"}


def put(client: httpx.Client, path: str, body: str | bytes, **headers: str) -> httpx.Response:
    """PUT a body as it stands."""
    return client.put(path, content=body, headers=JSON | {k.replace("_", "-"): v for k, v in headers.items()})


def details(answer: httpx.Response) -> list[dict[str, Any]]:
    """The `details` of a 400 of the usual shape."""
    body = answer.json()
    assert answer.status_code == 400, body
    assert (body["code"], body["errno"], body["error"]) == (400, 107, "Invalid parameters")
    found = body["details"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8", ""])
def test_json_is_accepted(alice: httpx.Client, record: str, method: str, media_type: str) -> None:
    """`application/json`, with parameters or not, and an empty Content-Type are taken as JSON."""
    content = b'{"data": {"a": 1}}'
    answer = alice.request(method, record, content=content, headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()["data"]["a"]) == (200, 1)


def test_a_body_without_content_type_is_json(alice: httpx.Client, record: str) -> None:
    """A body whose type is not told is taken as JSON."""
    assert alice.put(record, content=b'{"data": {"a": 1}}').json()["data"]["a"] == 1


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json"])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_another_media_type_is_refused(alice: httpx.Client, record: str, method: str, media_type: str) -> None:
    """PUT and POST of another media type give 415 that names the right one."""
    path = record if method == "PUT" else record.rpartition("/")[0]
    answer = alice.request(method, path, content=b"{}", headers={"Content-Type": media_type})
    message = "Content-Type header should be one of ['application/json']"
    assert answer.status_code == 415
    body = answer.json()
    assert (body["code"], body["errno"], body["error"]) == (415, 107, "Invalid parameters")
    assert body["message"] == message
    assert body["details"] == [{"location": "header", "name": "Content-Type", "description": message}]


def test_another_media_type_is_refused_on_patch(alice: httpx.Client, record: str) -> None:
    """PATCH of another media type gives 415 that names what it takes."""
    answer = alice.patch(record, content=b"{}", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["errno"]) == (415, 107)
    assert "'application/json'" in answer.json()["message"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_content_type_of_a_request_without_body_is_ignored(alice: httpx.Client, record: str, method: str) -> None:
    """GET, HEAD and DELETE take any Content-Type, as clients send one on them too."""
    assert alice.request(method, record, headers={"Content-Type": "text/plain"}).status_code == 200


def test_the_body_of_a_deletion_is_ignored(alice: httpx.Client, record: str) -> None:
    """DELETE takes a body: the empty object that clients send, and any other text."""
    assert alice.request("DELETE", record, json={}).status_code == 200
    assert alice.put(record).status_code == 201
    assert alice.request("DELETE", record, content=b"text", headers={"Content-Type": "text/plain"}).status_code == 200


@pytest.mark.parametrize("accept", ["application/json", "*/*", "application/*", "text/html, application/json;q=0.5"])
def test_json_is_acceptable(alice: httpx.Client, record: str, accept: str) -> None:
    """An Accept that JSON matches is answered."""
    assert alice.get(record, headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "", "application/xml, text/*"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_what_is_not_json_is_not_acceptable(alice: httpx.Client, record: str, method: str, accept: str) -> None:
    """An Accept that JSON does not match, the empty one too, gives 406."""
    answer = alice.request(method, record, headers=JSON | {"Accept": accept})
    message = "Accept header should be one of ['application/json']"
    assert answer.status_code == 406
    assert (answer.json()["errno"], answer.json()["message"]) == (107, message)


def test_an_empty_body_is_an_empty_object(alice: httpx.Client, records: str) -> None:
    """PUT and POST without a body create an object without attributes."""
    assert alice.put(f"{records}/empty").json()["data"].keys() == {"id", "last_modified"}
    assert alice.post(records).json()["data"].keys() == {"id", "last_modified"}
    assert put(alice, f"{records}/typed", b"").status_code == 201


@pytest.mark.parametrize("body", [None, b"", b"{}"])
def test_a_patch_must_change_something(alice: httpx.Client, record: str, body: bytes | None) -> None:
    """PATCH without `data` and `permissions` gives 400."""
    answer = alice.patch(record, content=body, headers=JSON)
    assert details(answer)[0]["name"] == "data"
    assert "Provide at least one of data or permissions" in answer.json()["message"]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_unknown_key_is_refused(alice: httpx.Client, record: str, method: str) -> None:
    """A body holds `data` and `permissions` and no other key."""
    [detail] = details(alice.request(method, record, json={"data": {}, "foo": 1}))
    assert (detail["location"], detail["name"]) == ("body", "")
    assert detail["description"].startswith("Unrecognized keys in mapping:")


@pytest.mark.parametrize("name", ["data", "permissions"])
@pytest.mark.parametrize("value", [[], "text", None, 12])
def test_data_and_permissions_are_objects(alice: httpx.Client, record: str, name: str, value: object) -> None:
    """`data` and `permissions` that are no JSON objects give 400 that names them."""
    for method in ("PUT", "PATCH"):
        [detail] = details(alice.request(method, record, json={name: value}))
        assert (detail["location"], detail["name"]) == ("body", name)
        assert "is not a mapping type" in detail["description"]


@pytest.mark.parametrize("body", ["[]", '"text"', "12", "null", "true"])
def test_a_body_is_an_object(alice: httpx.Client, record: str, body: str) -> None:
    """A body that is JSON but no object gives 400."""
    for method in ("PUT", "PATCH"):
        assert details(alice.request(method, record, content=body, headers=JSON))


NOT_JSON = {
    "cut off": b'{"data":',
    "trailing comma": b'{"data": {},}',
    "byte order mark": b'\xef\xbb\xbf{"data": {}}',
    "blanks only": b"   ",
    "not a number": b'{"data": {"a": NaN}}',
    "infinity": b'{"data": {"a": Infinity}}',
    "too large for a double": b'{"data": {"a": 1e400}}',
    "lone surrogate": b'{"data": {"a": "\\ud800"}}',
    "not UTF-8": b'{"data": {"a": "\xff"}}',
    "single quotes": b"{'data': {}}",
    "control character": b'{"data": {"a": "\x01"}}',
    "two values": b"{} {}",
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_not_json_is_refused(alice: httpx.Client, record: str, body: bytes) -> None:
    """A body that is not JSON, or not what JSON can mean, gives 400 with two details, and the object stays."""
    before = alice.get(record).json()
    answer = put(alice, record, body)
    found = details(answer)
    assert found[0]["location"] == "body"
    assert found[0]["description"].startswith("Invalid JSON: ")
    assert answer.json()["message"].startswith("Invalid JSON: ")
    assert found[1] == {"location": "body", "name": "", "description": "Required"}
    assert alice.get(record).json() == before


REFUSED = {
    "duplicate keys": '{"data": {"a": 1, "a": 2}}',
    "duplicate keys at the top": '{"data": {"a": 1}, "data": {"b": 1}}',
    "duplicate keys, one escaped": '{"data": {"a": 1, "\\u0061": 2}}',
    "NUL in a value": '{"data": {"a": "x\\u0000y"}}',
    "NUL in a key": '{"data": {"x\\u0000y": 1}}',
    "NUL deep inside": '{"data": {"a": [{"b": ["\\u0000"]}]}}',
    "lone surrogate in a key": '{"data": {"\\udc00": 1}}',
    "integer of 65 bits": '{"data": {"a": 18446744073709551616}}',
    "negative integer of 65 bits": '{"data": {"a": -9223372036854775809}}',
    "integer of 5,000 digits": '{"data": {"a": ' + "9" * 5000 + "}}",
    "70 levels": '{"data": {"a": ' + "[" * 70 + "]" * 70 + "}}",
    "70 levels of objects": '{"data": ' + '{"a":' * 70 + "1" + "}" * 70 + "}",
    "5,000 levels": '{"data": {"a": ' + "[" * 5000 + "]" * 5000 + "}}",
    "100,000 levels, cut off": "[" * 100_000,
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
@pytest.mark.difference("duplicate-keys", "nul", "nesting", "wide-integers")
def test_what_the_store_cannot_hold_is_refused(alice: httpx.Client, record: str, body: str) -> None:
    """What the store could not give back to the letter is refused with 400 and the reason, never changed in silence."""
    before = alice.get(record).json()
    for method in ("PUT", "PATCH"):
        assert details(alice.request(method, record, content=body, headers=JSON))
    assert alice.get(record).json() == before


@pytest.mark.parametrize(
    "data",
    [
        {"$set": {"$where": "1", "a.b": 1}, "a.b": {"$gt": ""}, "": "empty", "__proto__": {"x": 1}, "_id": 7},
        {"deleted": True, "permissions": {"read": []}, "schema": None, "data": {}, "parent": "x", "acl": [1]},
        {"integer": 9007199254740993, "largest": 2**63 - 1, "smallest": -(2**63)},
        {"one": 1, "true": True, "text": "1", "null": None, "zero": 0, "false": False, "list": [], "object": {}},
        {"é": "ü€😀\u2028", '\n\t\\"/': "\u007f"},
        {"deep": json.loads("[" * 50 + "]" * 50)},
        {"$": 1, ".": 2, "..": 3, "a.": 4, ".a": 5, "$a.b": 6, "$ref": "x", "$id": "y", "$db": "z"},
    ],
    ids=["operators", "own names", "integers", "types", "unicode", "deep", "dots and dollars"],
)
def test_data_comes_back_to_the_letter(alice: httpx.Client, records: str, data: dict[str, object]) -> None:
    """Whatever the names and values of attributes, they come back from object, list and PATCH unchanged."""
    path = f"{records}/odd"
    assert alice.put(path, json={"data": data}).status_code == 201
    expected = json.dumps(data, sort_keys=True)
    listed = next(entry for entry in alice.get(records).json()["data"] if entry["id"] == "odd")
    patched = alice.patch(path, json={"data": {"touched": 1}}).json()["data"]
    assert patched.pop("touched") == 1
    for got in (alice.get(path).json()["data"] | patched, listed):
        kept = {name: value for name, value in got.items() if name not in {"id", "last_modified", "touched"}}
        assert json.dumps(kept, sort_keys=True) == expected


def test_integers_and_decimals_stay_apart(alice: httpx.Client, record: str) -> None:
    """1 stays an integer and 1.5 a decimal; a number in the body is not rounded."""
    answer = put(alice, record, '{"data": {"n": 1, "m": 1.5, "small": 1e-7, "big": 1.7976931348623157e308}}')
    data = answer.json()["data"]
    assert [text for text in ('"n":1,', '"m":1.5,') if text in answer.text.replace(" ", "")] == ['"n":1,', '"m":1.5,']
    assert (data["small"], data["big"]) == (1e-7, 1.7976931348623157e308)


def test_an_integer_between_63_and_64_bits_is_kept_or_refused(alice: httpx.Client, record: str) -> None:
    """The largest unsigned integers are never stored as other numbers."""
    answer = alice.put(record, json={"data": {"n": 2**64 - 1}})
    assert answer.status_code == 400 or answer.json()["data"]["n"] == 2**64 - 1


def test_answers_are_escaped_to_ascii(alice: httpx.Client, record: str) -> None:
    """Characters outside ASCII are escaped in the answer and a slash is not."""
    answer = alice.put(record, json={"data": {"title": "é/"}})
    assert b'"\\u00e9/"' in answer.content.lower()


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_permissions_are_not_taken_from_data(alice: httpx.Client, bob: httpx.Client, record: str, method: str) -> None:
    """An attribute `__permissions__` gives nobody a permission."""
    smuggled = {"data": {"__permissions__": {"read": ["system.Everyone"]}}}
    assert alice.request(method, record, json=smuggled).status_code in {200, 400}
    assert bob.get(record).status_code == 403
    assert "read" not in alice.get(record).json()["permissions"]


def test_a_compressed_body_is_not_decoded(alice: httpx.Client, record: str) -> None:
    """`Content-Encoding: gzip` on a request gives 400."""
    assert put(alice, record, gzip.compress(b'{"data": {}}'), Content_Encoding="gzip").status_code == 400


def test_parameters_of_an_object_are_ignored(alice: httpx.Client, record: str) -> None:
    """Unknown parameters in the query of a single object change nothing."""
    assert alice.get(f"{record}?foo=bar&_what=1&title=other").json() == alice.get(record).json()


def test_a_body_above_the_limit_is_too_large(serve: Callable[..., str]) -> None:
    """A body of more than `max_body_bytes` gives 413 as JSON, one below it is taken."""
    with httpx.Client(base_url=serve(max_body_bytes=2000) + "/v1", auth=("alice", "secret")) as client:
        assert client.put("/buckets/fits", json={"data": {"a": "x" * 1500}}).status_code == 201
        answer = client.put("/buckets/large", json={"data": {"a": "x" * 3000}})
        assert (answer.status_code, answer.json()["errno"]) == (413, 113)
        assert client.get("/buckets/large").status_code == 403


def test_a_body_of_a_megabyte_is_taken(alice: httpx.Client, record: str) -> None:
    """A record of a megabyte fits by default and comes back whole."""
    text = "0123456789" * 100_000
    assert alice.put(record, json={"data": {"text": text}}).status_code == 200
    assert alice.get(record).json()["data"]["text"] == text


def test_a_chunked_body_over_the_limit_is_refused(alice: httpx.Client, record: str) -> None:
    """A body that does not say how long it is is refused with 413 too, and its sender gets to read it."""
    chunks = (b" " * 1_000_000 for _ in range(10))
    answer = alice.put(record, content=chunks, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["errno"]) == (413, 113)


def test_a_chunked_body_far_over_the_limit_is_cut_off(alice: httpx.Client, record: str) -> None:
    """The server does not read on for ever: it answers 413 and hangs up, sooner than it has read a gigabyte."""
    sent = 0

    def chunks() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1_000_000
            yield b" " * 1_000_000

    with contextlib.suppress(httpx.WriteError, httpx.ReadError):
        answer = alice.put(record, content=chunks(), headers={"Content-Type": "application/json"})
        assert answer.status_code == 413
    assert sent < 200_000_000


def test_a_message_never_repeats_a_long_value(alice: httpx.Client, record: str) -> None:
    """What is shown of a wrong value is short, however long it was."""
    answer = alice.put(record, json={"data": "é" * 100_000})
    assert answer.status_code == 400
    assert len(answer.content) < 3000


@pytest.mark.parametrize(
    "body",
    [
        {"permissions": {"read": [f"u{number}" for number in range(1001)]}},
        {"permissions": {"read": ["x" * 4201]}},
    ],
)
def test_permissions_are_bounded(alice: httpx.Client, record: str, body: dict[str, object]) -> None:
    """More principals than an object can have, or longer ones, are refused: groups have room for more."""
    assert alice.put(record, json=body).status_code == 400


@pytest.mark.difference("long-ids", "bounded-lists-of-principals")
def test_ids_and_members_are_bounded(alice: httpx.Client, bucket: str) -> None:
    """Ids are no longer than 2,048 characters, and a group has no more than 10,000 members."""
    assert alice.put(f"{bucket}/collections/{'c' * 2048}").status_code == 201
    assert alice.put(f"{bucket}/collections/{'c' * 2049}").status_code == 400
    members = [str(number) for number in range(10_001)]
    assert alice.put(f"{bucket}/groups/g", json={"data": {"members": members}}).status_code == 400
    assert alice.put(f"{bucket}/groups/g", json={"data": {"members": members[:-1]}}).status_code == 201
