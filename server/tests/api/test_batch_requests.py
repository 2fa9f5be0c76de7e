"""What a batch and the requests in it may be: protocol section 17."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from tests.api.batches import Body, put, send, stamps, statuses


def test_the_batch_as_a_whole_is_refused(alice: httpx.Client, records: str) -> None:
    """A wrong shape, too many requests, or a batch in the batch: 400, and nothing is done."""
    good = put(f"{records}/a")
    for requests, message in (
        ([good, {"path": "/batch", "method": "POST"}], "Recursive call on /batch endpoint is forbidden."),
        ([good] * 26, "Number of requests is limited to 25"),
        ([good, {"path": "/", "foo": 1}], "Unrecognized keys in mapping"),
        ([good, {"path": "/", "headers": {"X": "a\r\nb"}}], "is not a header that HTTP allows"),
    ):
        answer = alice.post("/batch", json={"requests": requests})
        assert answer.status_code == 400
        assert message in answer.json()["message"]
    assert alice.post("/batch", json={}).json()["message"] == "requests in body: Required"
    assert alice.get(records).json()["data"] == []


def test_media_types_of_the_batch(alice: httpx.Client) -> None:
    """JSON goes in and JSON comes out: another Content-Type is 415, another Accept 406."""
    content = b'{"requests": []}'
    assert alice.post("/batch", content=content, headers={"Content-Type": "text/plain"}).status_code == 415
    assert alice.post("/batch", content=content, headers={"Accept": "text/html"}).status_code == 406
    assert alice.post("/batch", content=content, headers={"Content-Type": "application/json; charset=utf-8"}).is_success


@pytest.mark.difference("media-types-in-batches")
def test_the_media_type_of_each_request(alice: httpx.Client, record: str) -> None:
    """A request's own Content-Type is honoured: one that the method does not take is 415 in its place."""
    body = {"data": {"n": 1}}
    kinds = ["application/json", "application/json; charset=utf-8", "text/plain"]
    answers = send(
        alice,
        *({"method": "PUT", "path": record, "headers": {"content-type": kind}, "body": body} for kind in kinds),
        {"method": "PUT", "path": record, "headers": {"Accept": "text/html"}, "body": body},
    )
    assert statuses(answers) == [200, 200, 415, 406]


def test_the_kinds_of_patch(alice: httpx.Client, bob_id: str, record: str) -> None:
    """A merge patch, a JSON patch with its array, and a plain PATCH do within a batch what they do by themselves."""

    def patch(kind: str, body: Any) -> Body:  # noqa: ANN401 - any JSON
        return {"method": "PATCH", "path": record, "headers": {"Content-Type": kind}, "body": body}

    answers = send(
        alice,
        patch("application/merge-patch+json", {"data": {"title": None, "a": {"b": 1}}}),
        patch("application/json-patch+json", [{"op": "add", "path": "/data/a/c", "value": 2}]),
        patch("application/json-patch+json", [{"op": "add", "path": f"/permissions/read/{bob_id}"}]),
        patch("application/json", {"data": {"d": 3}}),
        patch("application/json", [{"op": "remove", "path": "/data/d"}]),
        {**patch("application/json", {}), "headers": {"Response-Behavior": "light"}, "body": {"data": {"e": 4}}},
    )
    assert statuses(answers) == [200, 200, 200, 200, 400, 200]
    stored = alice.get(record).json()
    del stored["data"]["last_modified"]
    assert stored["data"] == {"id": "first", "done": False, "a": {"b": 1, "c": 2}, "d": 3, "e": 4}
    assert stored["permissions"]["read"] == [bob_id]
    assert "a" not in answers[5]["body"]["data"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_other_methods(alice: httpx.Client, method: str) -> None:
    """A batch is a POST."""
    answer = alice.request(method, "/batch")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST, OPTIONS")


def test_it_is_found_without_the_version(root: str) -> None:
    """The redirect keeps the method and the body."""
    with httpx.Client(base_url=root, follow_redirects=True, trust_env=False) as client:
        answer = client.post("/batch/", json={"requests": [{"path": "/__lbheartbeat__"}]})
    assert [response["status"] for response in answer.json()["responses"]] == [200]


def test_a_readonly_server(serve: Callable[..., str]) -> None:
    """No batch is taken, since it is a POST."""
    answer = httpx.post(f"{serve(readonly=True)}/v1/batch", json={"requests": [{"path": "/"}]}, trust_env=False)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS")


def test_a_switched_off_method(serve: Callable[..., str]) -> None:
    """What is switched off is so within a batch."""
    root = serve(object_bucket_put_enabled=False, batch_max_requests=2)
    with httpx.Client(base_url=f"{root}/v1", auth=("a", "b"), trust_env=False) as client:
        assert statuses(send(client, put("/buckets/b"), {"path": "/buckets"})) == [405, 200]
        assert client.post("/batch", json={"requests": [{"path": "/"}] * 3}).status_code == 400


def test_pages_are_followed_from_within_a_batch(alice: httpx.Client, records: str) -> None:
    """The address of a next page is the one that the client can use by itself."""
    send(alice, *(put(f"{records}/r{number}") for number in range(3)))
    (page,) = send(alice, {"path": f"{records}?_limit=2"})
    assert page["path"] == f"/v1{records}"
    following = alice.get(page["headers"]["Next-Page"])
    assert [entry["id"] for entry in page["body"]["data"] + following.json()["data"]] == ["r2", "r1", "r0"]


def test_deep_records(alice: httpx.Client, records: str) -> None:
    """A record as deep as the limit allows is accepted within a batch as by itself, and one level more is not."""

    def nested(levels: int) -> Body:
        value: Any = 1
        for _ in range(levels):
            value = [value]
        return {"a": value}

    allowed = 61
    assert alice.put(f"{records}/a", json={"data": nested(allowed)}).status_code in {200, 201}
    assert alice.put(f"{records}/a", json={"data": nested(allowed + 2)}).status_code == 400
    (answer,) = send(alice, put(f"{records}/b", nested(allowed)))
    assert answer["status"] == 201
    assert answer["body"]["data"]["a"] == nested(allowed)["a"]
    (answer,) = send(alice, put(f"{records}/b", nested(allowed)), defaults={"body": {"data": {"b": nested(1)}}})
    assert answer["status"] == 200
    refused = alice.post("/batch", json={"requests": [put(f"{records}/c", nested(allowed + 2))]})
    assert refused.status_code == 400


def test_operators_stay_inert(alice: httpx.Client, records: str) -> None:
    """Keys and values that mean something to MongoDB are data within a batch too."""
    data = {"$set": {"a": 1}, "a.b": {"$gt": ""}, "_id": {"$oid": "x"}, "": 2**64 - 1}
    (answer,) = send(alice, put(f"{records}/a", data))
    assert answer["body"]["data"] == {**data, "id": "a", "last_modified": stamps([answer])[0]}
    assert alice.get(f"{records}/a").json() == answer["body"]


def test_odd_requests(alice: httpx.Client, records: str) -> None:
    """Whatever stands in a path or a query is answered in its place, as it would be by itself."""
    answers = send(
        alice,
        {"path": "/buckets/%ff"},
        {"path": f"{records}/a b", "method": "PUT"},
        {"path": f"{records}?_limit=x"},
        {"path": "/buckets/" + "x" * 70_000},
        {"path": f"{records}?" + "&".join(f"_a{n}=1" for n in range(2000))},
        {"path": f"{records}/a%2Fb", "method": "PUT"},
        {"path": f"{records}/a", "method": "PUT", "body": "text"},
        {"path": f"{records}/", "method": "GET"},
    )
    assert statuses(answers) == [400, 400, 400, 400, 400, 400, 400, 200]
    assert answers[7]["path"] == f"/v1{records}"


@pytest.fixture
def heavy(alice: httpx.Client, records: str) -> Iterator[str]:
    """The list of records that together are 12 MB long."""
    for number in range(4):
        body = {"data": {"text": "x" * 3_000_000}}
        assert alice.put(f"{records}/r{number}", json=body).status_code == 201
    yield records
    alice.delete(records)


@pytest.mark.difference("long-batches")
def test_long_answers_end_a_batch(alice: httpx.Client, heavy: str) -> None:
    """After 32 MiB of answers nothing more is begun, and each request that was not is told so."""
    answers = send(alice, *[{"path": heavy}] * 20, put(f"{heavy}/new"), {"path": "/"})
    assert statuses(answers) == [200] * 3 + [413] * 19
    assert answers[20]["body"]["errno"] == 113
    assert "Not begun" in answers[20]["body"]["message"]
    assert alice.get(f"{heavy}/new").status_code == 404


def test_defaults_that_multiply(alice: httpx.Client, records: str) -> None:
    """A large default body counts in each request that takes it: too much of it is 413, and nothing is done."""
    defaults = {"method": "POST", "path": records, "body": {"data": {"text": "x" * 200_000}}}
    answer = alice.post("/batch", json={"defaults": defaults, "requests": [{}] * 25})
    assert (answer.status_code, answer.json()["errno"]) == (413, 113)
    assert alice.get(records).json()["data"] == []


def test_pages_of_other_origins(alice: httpx.Client) -> None:
    """A browser may ask before it sends a batch from another page."""
    headers = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    answer = alice.options("/batch", headers=headers)
    assert answer.status_code == 200
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    answer = alice.post("/batch", json={"requests": [{"path": "/"}]}, headers={"Origin": "https://app.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert json.loads(answer.text)["responses"][0]["headers"]["Access-Control-Allow-Origin"] == "*"
