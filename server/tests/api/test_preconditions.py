"""If-Match and If-None-Match: protocol section 14."""

from typing import Any

import httpx
import pytest

STALE = '"1500000000000"'
WRITES = ["PUT", "PATCH", "DELETE"]


def send(client: httpx.Client, method: str, path: str, **headers: str) -> httpx.Response:
    """A request with a body where the method has one, and headers such as `If_Match`."""
    body: Any = {"data": {"a": 1}} if method in {"PUT", "PATCH", "POST"} else None
    return client.request(method, path, json=body, headers={k.replace("_", "-"): v for k, v in headers.items()})


def check_failed(answer: httpx.Response, existing: object = None) -> None:
    """Assert that this is a 412, and that it shows the existing object (None: shows none)."""
    assert answer.status_code == 412
    body = answer.json()
    assert (body["code"], body["errno"], body["error"]) == (412, 114, "Precondition Failed")
    assert body["message"] == "Resource was modified meanwhile"
    assert body.get("details") == ({"existing": existing} if existing else None)
    assert answer.headers["etag"]
    assert answer.headers["last-modified"]


@pytest.mark.parametrize("name", ["If_Match", "If_None_Match"])
@pytest.mark.parametrize(
    "value", ["abc", '"abc"', "1234", 'W/"1234"', '"1", "2"', '"1.5"', '"-1"', '""', '"1" ,*', "**"]
)
def test_a_malformed_precondition_is_refused(alice: httpx.Client, record: str, name: str, value: str) -> None:
    """A value that is neither digits in quotes nor an asterisk gives 400 that names the header, with each method."""
    for path, methods in ((record, ["GET", *WRITES]), (record.rpartition("/")[0], ["GET", "POST", "DELETE"])):
        for method in methods:
            answer = send(alice, method, path, **{name: value})
            assert answer.status_code == 400, method
            [detail] = answer.json()["details"]
            assert (detail["location"], detail["name"]) == ("header", name.replace("_", "-"))
            assert "The value should be integer between double quotes" in answer.json()["message"]
    assert alice.get(record).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_what_is_known_is_not_modified(
    alice: httpx.Client, each_object: str, each_list: str, method: str
) -> None:
    """If-None-Match with the current ETag gives 304 on objects and lists, and 200 with another."""
    for path in (each_object, each_list):
        etag = alice.get(path).headers["etag"]
        assert send(alice, method, path, If_None_Match=etag).status_code == 304
        assert send(alice, method, path, If_None_Match=STALE).status_code == 200
        newer = f'"{int(etag.strip(chr(34))) + 1000}"'
        assert send(alice, method, path, If_None_Match=newer).status_code == 200


def test_reading_the_changed_is_not_avoided(alice: httpx.Client, each_object: str, each_list: str) -> None:
    """After a change the former ETag gives 200, on the object and on its list."""
    former = [alice.get(path).headers["etag"] for path in (each_object, each_list)]
    alice.patch(each_object, json={"data": {"a": 1}})
    for path, etag in zip((each_object, each_list), former, strict=True):
        assert send(alice, "GET", path, If_None_Match=etag).status_code == 200


@pytest.mark.parametrize("method", WRITES)
def test_an_etag_in_if_none_match_does_not_stop_writes(alice: httpx.Client, each_object: str, method: str) -> None:
    """If-None-Match with an ETag is ignored by writes."""
    etag = alice.get(each_object).headers["etag"]
    assert send(alice, method, each_object, If_None_Match=etag).status_code == 200


@pytest.mark.parametrize("method", WRITES)
def test_if_none_match_any_stops_writes_to_what_exists(alice: httpx.Client, each_object: str, method: str) -> None:
    """`If-None-Match: *` on an object that exists gives 412 with the object, and changes nothing."""
    before = alice.get(each_object)
    answer = send(alice, method, each_object, If_None_Match="*")
    check_failed(answer, before.json()["data"])
    assert answer.headers["etag"] == before.headers["etag"]
    assert answer.headers["last-modified"] == before.headers["last-modified"]
    assert alice.get(each_object).json() == before.json()


def test_if_none_match_any_creates(alice: httpx.Client, bucket: str, records: str) -> None:
    """`If-None-Match: *` on what is missing, deleted objects too, creates it."""
    for path in (f"{records}/new", f"{bucket}/groups/new", f"{bucket}/collections/new", f"{bucket}-new"):
        assert send(alice, "PUT", path, If_None_Match="*").status_code == 201
        assert send(alice, "PUT", path, If_None_Match="*").status_code == 412
        assert alice.delete(path).status_code == 200
        assert send(alice, "PUT", path, If_None_Match="*").status_code == 201


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_if_none_match_any_on_what_is_missing(alice: httpx.Client, records: str, method: str) -> None:
    """`If-None-Match: *` on a missing object gives 404 with the methods that create nothing."""
    assert send(alice, method, f"{records}/missing", If_None_Match="*").status_code == 404


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_if_none_match_any_on_reading(alice: httpx.Client, each_object: str, each_list: str, method: str) -> None:
    """`If-None-Match: *` on reading an object that exists, or any list, gives 412."""
    for path in (each_object, each_list):
        assert send(alice, method, path, If_None_Match="*").status_code == 412


@pytest.mark.parametrize("method", ["GET", *WRITES])
def test_if_match_current_lets_pass(alice: httpx.Client, each_object: str, method: str) -> None:
    """If-Match with the current ETag, or with an asterisk, lets every method pass."""
    assert send(alice, method, each_object, If_Match="*").status_code == 200
    alice.put(each_object)
    if each_object.count("/") == 2 and method == "DELETE":
        alice.put(each_object)
    etag = alice.get(each_object).headers["etag"]
    assert send(alice, method, each_object, If_Match=etag).status_code == 200


@pytest.mark.parametrize("method", ["GET", *WRITES])
def test_if_match_stale_stops(alice: httpx.Client, each_object: str, method: str) -> None:
    """If-Match with another ETag, older or newer, gives 412 with the object, and changes nothing."""
    before = alice.get(each_object)
    current = before.json()["data"]["last_modified"]
    for etag in (STALE, f'"{current - 1}"', f'"{current + 1}"'):
        answer = send(alice, method, each_object, If_Match=etag)
        check_failed(answer, before.json()["data"])
        assert answer.headers["etag"] == before.headers["etag"]
    assert alice.get(each_object).json() == before.json()


@pytest.mark.parametrize("value", [STALE, "*"])
def test_if_match_on_what_is_missing(alice: httpx.Client, records: str, value: str) -> None:
    """If-Match on a missing object gives 412 for PUT, without an object, and 404 for the other methods."""
    alice.post(records)
    answer = send(alice, "PUT", f"{records}/missing", If_Match=value)
    check_failed(answer)
    assert answer.headers["etag"] == alice.head(records).headers["etag"]
    for method in ("GET", "PATCH", "DELETE"):
        assert send(alice, method, f"{records}/missing", If_Match=value).status_code == 404
    assert alice.get(f"{records}/missing").status_code == 404


def test_if_match_on_what_was_deleted(alice: httpx.Client, record: str) -> None:
    """Deleted objects count as missing: not even the ETag of the tombstone lets a PUT with If-Match pass."""
    tombstone = alice.delete(record).headers["etag"]
    assert send(alice, "PUT", record, If_Match=tombstone).status_code == 412
    assert send(alice, "DELETE", record, If_Match=tombstone).status_code == 404


def test_preconditions_of_a_list_are_those_of_its_newest_change(alice: httpx.Client, each_list: str) -> None:
    """If-Match of a list compares with its own ETag; a stale one stops GET, HEAD and DELETE."""
    alice.post(each_list)
    current = alice.get(each_list).headers["etag"]
    for method in ("GET", "HEAD", "DELETE"):
        assert send(alice, method, each_list, If_Match=STALE).status_code == 412
    check_failed(send(alice, "GET", each_list, If_Match=STALE))
    for method in ("GET", "HEAD"):
        assert send(alice, method, each_list, If_Match=current).status_code == 200
        assert send(alice, method, each_list, If_Match="*").status_code == 200


def test_deleting_a_list_takes_its_preconditions(alice: httpx.Client, records: str) -> None:
    """DELETE of a list passes with the list's ETag in If-Match, and never with `If-None-Match: *`."""
    alice.post(records)
    current = alice.get(records).headers["etag"]
    check_failed(send(alice, "DELETE", records, If_None_Match="*"))
    assert send(alice, "DELETE", records, If_None_Match=current, If_Match=current).status_code == 200
    assert send(alice, "DELETE", records, If_Match="*").status_code == 200


def test_posting_takes_preconditions_of_the_existing_object(alice: httpx.Client, record: str) -> None:
    """POST of an id that exists compares with that object: its ETag passes, `If-None-Match: *` does not."""
    records = record.rpartition("/")[0]
    alice.post(records)
    existing = alice.get(record)
    body = {"data": {"id": "first"}}
    passing = {"If-Match": existing.headers["etag"]}
    assert alice.post(records, json=body, headers=passing).status_code == 200
    assert alice.post(records, json=body, headers={"If-None-Match": existing.headers["etag"]}).status_code == 200
    for headers in ({"If-None-Match": "*"}, {"If-Match": STALE}):
        check_failed(alice.post(records, json=body, headers=headers), existing.json()["data"])


def test_posting_something_new_takes_preconditions(alice: httpx.Client, record: str) -> None:
    """POST of something new passes with `If-None-Match: *` and never with If-Match, not even with the list's ETag."""
    records = record.rpartition("/")[0]
    current = alice.get(records).headers["etag"]
    bodies: list[Any] = [{"data": {}}, {"data": {"id": "new"}}]
    for value in (current, STALE, "*"):
        for body in bodies:
            check_failed(alice.post(records, json=body, headers={"If-Match": value}))
    assert alice.get(records).headers["etag"] == current
    for body in bodies:
        assert alice.post(records, json=body, headers={"If-None-Match": "*"}).status_code == 201


def test_if_match_is_judged_first(alice: httpx.Client, record: str) -> None:
    """With both headers on a read, a stale If-Match gives 412 although If-None-Match alone would give 304."""
    etag = alice.get(record).headers["etag"]
    assert send(alice, "GET", record, If_Match=STALE, If_None_Match=etag).status_code == 412
    assert send(alice, "GET", record, If_Match=etag, If_None_Match=etag).status_code == 304


@pytest.mark.parametrize("date", ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 2199 23:59:59 GMT", "nonsense"])
def test_dates_are_ignored(alice: httpx.Client, record: str, date: str) -> None:
    """If-Modified-Since and If-Unmodified-Since change nothing."""
    for method in ("GET", "PUT"):
        answer = send(alice, method, record, If_Modified_Since=date, If_Unmodified_Since=date)
        assert answer.status_code == 200


@pytest.mark.difference("existing-for-readers")
def test_the_unreadable_is_not_shown_by_a_precondition(
    alice: httpx.Client, bob: httpx.Client, record: str, bob_id: str
) -> None:
    """Who may create records but not read this one gets 412 without its data."""
    collection = record.rpartition("/records/")[0]
    alice.patch(collection, json={"permissions": {"record:create": [bob_id]}})
    check_failed(send(bob, "PUT", record, If_None_Match="*"))
    alice.patch(record, json={"permissions": {"read": [bob_id]}})
    check_failed(send(bob, "PUT", record, If_None_Match="*"), alice.get(record).json()["data"])


def test_one_of_many_writers_wins(alice: httpx.Client, record: str) -> None:
    """Of two writes with the same ETag the second gets 412 and the data of the first."""
    etag = alice.get(record).headers["etag"]
    first = alice.patch(record, json={"data": {"by": 1}}, headers={"If-Match": etag})
    assert first.status_code == 200
    check_failed(alice.patch(record, json={"data": {"by": 2}}, headers={"If-Match": etag}), first.json()["data"])
