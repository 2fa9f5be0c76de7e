"""The shape and the headers of answers: protocol section 4."""

from email.utils import parsedate_to_datetime

import httpx
import pytest

POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none';"


def check_timestamp(answer: httpx.Response, timestamp: int) -> None:
    """Assert that ETag and Last-Modified tell this timestamp (in milliseconds)."""
    assert answer.headers["etag"] == f'"{timestamp}"'
    assert int(parsedate_to_datetime(answer.headers["last-modified"]).timestamp()) == timestamp // 1000
    assert answer.headers["last-modified"].endswith(" GMT")


def test_an_object_is_data_and_permissions(alice: httpx.Client, each_object: str) -> None:
    """An object of any kind is `data` with `id` and `last_modified`, and `permissions`."""
    body = alice.get(each_object).json()
    assert body.keys() == {"data", "permissions"}
    assert body["data"]["id"] == each_object.rpartition("/")[2]
    assert isinstance(body["data"]["last_modified"], int)


def test_a_list_is_data_alone(alice: httpx.Client, each_object: str, each_list: str) -> None:
    """A list of any kind is `data` and holds no permissions."""
    body = alice.get(each_list).json()
    assert body.keys() == {"data"}
    [listed] = [entry for entry in body["data"] if entry["id"] == each_object.rpartition("/")[2]]
    assert listed == alice.get(each_object).json()["data"]


def test_a_deletion_answers_the_tombstone(alice: httpx.Client, each_object: str) -> None:
    """The answer to a deletion is the tombstone alone, without the attributes."""
    answer = alice.delete(each_object)
    assert answer.status_code == 200
    timestamp = answer.json()["data"]["last_modified"]
    expected = {"data": {"id": each_object.rpartition("/")[2], "last_modified": timestamp, "deleted": True}}
    assert answer.json() == expected
    check_timestamp(answer, timestamp)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
def test_the_etag_of_an_object_is_its_timestamp(alice: httpx.Client, each_object: str, method: str) -> None:
    """ETag and Last-Modified of reads and writes are `last_modified` of the object in the answer."""
    answer = alice.request(method, each_object, json={"data": {"a": 1}})
    check_timestamp(answer, answer.json()["data"]["last_modified"])


def test_the_etag_of_a_creation_is_its_timestamp(alice: httpx.Client, each_list: str) -> None:
    """A POST answers the ETag of the object that it created, and so does one of an object that exists."""
    created = alice.post(each_list)
    assert created.status_code == 201
    check_timestamp(created, created.json()["data"]["last_modified"])
    again = alice.post(each_list, json={"data": {"id": created.json()["data"]["id"]}})
    assert (again.status_code, again.json()["data"]) == (200, created.json()["data"])
    check_timestamp(again, created.json()["data"]["last_modified"])


def test_the_etag_of_a_list_is_its_newest_change(alice: httpx.Client, records: str) -> None:
    """The ETag of a list is the timestamp of the newest change in it, a deletion included."""
    alice.post(records)
    changed = alice.put(f"{records}/a").json()["data"]["last_modified"]
    check_timestamp(alice.get(records), changed)
    deleted = alice.delete(f"{records}/a").json()["data"]["last_modified"]
    check_timestamp(alice.get(records), deleted)
    check_timestamp(alice.head(records), deleted)


def test_refusals_have_no_etag(alice: httpx.Client, bob: httpx.Client, anonymous: httpx.Client, record: str) -> None:
    """400, 401, 403, 404 and 405 carry neither ETag nor Last-Modified."""
    answers = [
        alice.put(record, json={"foo": 1}),
        anonymous.get(record),
        bob.get(record),
        alice.get(record + "-missing"),
        alice.post(record),
    ]
    assert [answer.status_code for answer in answers] == [400, 401, 403, 404, 405]
    for answer in answers:
        assert not {"etag", "last-modified"} & set(answer.headers)


def test_every_answer_forbids_sniffing_and_framing(alice: httpx.Client, root: str, record: str) -> None:
    """Answers of all sorts carry the two headers of caution."""
    answers = [
        alice.get(record),
        alice.head(record),
        alice.put(record),
        alice.delete(record),
        alice.get(record),
        alice.get("/nope"),
        alice.get("/__heartbeat__"),
        alice.get("/"),
        alice.post("/"),
        httpx.get(f"{root}/v1"),
        httpx.get(f"{root}/v3/"),
        httpx.get(f"{root}/v1/buckets"),
        httpx.request("OPTIONS", f"{root}/buckets"),
    ]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff", answer.request
        assert answer.headers["content-security-policy"].strip() == POLICY, answer.request


@pytest.mark.difference("charset-of-answers")
def test_answers_are_json_in_utf8(alice: httpx.Client, root: str, record: str) -> None:
    """Answers, refusals too, say that they are JSON and name the charset, as in the tutorial."""
    answers = [
        alice.get(record),
        alice.put(record),
        alice.get("/nope"),
        alice.get("/"),
        httpx.get(f"{root}/v1/buckets"),
    ]
    for answer in answers:
        assert answer.headers["content-type"] == "application/json; charset=UTF-8"


def test_reads_are_not_cached(alice: httpx.Client, each_object: str, each_list: str) -> None:
    """Objects and lists are neither cached nor stored on the way."""
    for path in (each_object, each_list):
        for method in ("GET", "HEAD"):
            header = alice.request(method, path).headers["cache-control"]
            assert {part.strip() for part in header.split(",")} >= {"no-cache", "no-store"}


def test_not_modified_has_no_body(alice: httpx.Client, each_object: str, each_list: str) -> None:
    """304 carries ETag and Last-Modified, no body, no media type and no Cache-Control."""
    for path in (each_object, each_list):
        etag = alice.get(path).headers["etag"]
        answer = alice.get(path, headers={"If-None-Match": etag})
        assert (answer.status_code, answer.content) == (304, b"")
        check_timestamp(answer, int(etag.strip('"')))
        assert "cache-control" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/__heartbeat__", "/__lbheartbeat__", "/buckets"])
def test_head_is_get_without_the_body(alice: httpx.Client, path: str) -> None:
    """HEAD of a path answers status and headers of GET, and no body."""
    assert alice.get(path).status_code == alice.head(path).status_code == 200
    assert alice.head(path).content == b""


def test_head_of_an_object_is_get_without_the_body(alice: httpx.Client, each_object: str) -> None:
    """HEAD of an object has the headers of its GET, the length of the body too."""
    got, head = alice.get(each_object), alice.head(each_object)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "last-modified", "content-type", "cache-control", "content-length"):
        assert head.headers[name] == got.headers[name], name


def test_head_of_a_missing_object_has_no_body(alice: httpx.Client, records: str) -> None:
    """HEAD of what does not exist gives 404 without a body."""
    answer = alice.head(f"{records}/missing")
    assert (answer.status_code, answer.content) == (404, b"")
