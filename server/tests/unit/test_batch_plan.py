"""Which requests of a batch are committed together, and which keep their places."""

import pytest
from kintoun_server.http.batch.plan import plan
from kintoun_server.http.batch.subrequest import SubRequest
from tornado.httputil import HTTPHeaders

A = "/v1/buckets/b/collections/a/records"
B = "/v1/buckets/b/collections/b/records"
MINE = "/v1/buckets/default/collections/a/records"
PERSONAL = "/v1/buckets/48045dba-35d8-8df0-9e14-fc7bc661b5f7/collections/a/records"


def steps(*requests: str, **authorization: str) -> list[list[int]]:
    """The positions in each step of requests such as `PUT /v1/buckets/b`; who sends one may stand after it."""
    made = []
    for request in requests:
        method, target, *who = request.split()
        headers = HTTPHeaders({"Authorization": authorization[who[0]]} if who else {})
        made.append(SubRequest(method, target, headers))
    return [step.positions for step in plan(made)]


def test_writes_of_one_collection_are_one_step() -> None:
    """PUT, PATCH, DELETE of records and POST to their list are committed together, with and without a query."""
    assert steps(f"PUT {A}/1", f"PATCH {A}/1", f"DELETE {A}/1?last_modified=1", f"POST {A}") == [[0, 1, 2, 3]]


def test_collections_that_take_turns_are_one_step_each() -> None:
    """Records of two collections do not notice each other, so each collection has one commit."""
    assert steps(f"PUT {A}/1", f"PUT {B}/1", f"PUT {A}/2", f"PUT {B}/2") == [[0, 2], [1, 3]]
    assert steps(f"PUT {A}/1", f"PUT {MINE}/1", f"PUT {A}/2", f"PUT {MINE}/2") == [[0, 2], [1, 3]]
    other = MINE.replace("/a/", "/other/")
    assert steps(f"PUT {MINE}/1", f"PUT {other}/1", f"PUT {MINE}/2") == [[0, 2], [1]]


def test_the_children_of_a_bucket_are_one_step() -> None:
    """Collections and groups of a bucket share its commit, and so do all buckets."""
    assert steps("PUT /v1/buckets/b/groups/g", "POST /v1/buckets/b/collections", "DELETE /v1/buckets/b/groups/h") == [
        [0, 1, 2]
    ]
    assert steps("PUT /v1/buckets/b", "POST /v1/buckets", "DELETE /v1/buckets/c") == [[0, 1, 2]]


@pytest.mark.parametrize(
    "between",
    [
        f"GET {A}",
        f"HEAD {B}",
        "GET /v1/",
        f"DELETE {A}",
        f"DELETE {B}",
        "PUT /v1/buckets/b",
        "PUT /v1/buckets/other",
        "PUT /v1/buckets/b/collections/a",
        "PUT /v1/buckets/other/collections/a",
        "PUT /v1/buckets/b/groups/g",
        "PUT /v1/buckets/other/groups/g",
        "PUT /v1/accounts/alice",
        "POST /v1/__flush__",
        "PUT /v1/buckets/default",
    ],
)
def test_what_could_notice_keeps_its_place(between: str) -> None:
    """A read, a deletion of a list, and a write to what decides on rights keep writes of a collection apart."""
    assert steps(f"PUT {A}/1", between, f"PUT {A}/2") == [[0], [1], [2]]


def test_names_that_may_be_the_same_bucket_keep_their_places() -> None:
    """An alias may be the bucket that another request names by its id, or that somebody else's alias names."""
    assert steps(f"PUT {MINE}/1", f"PUT {PERSONAL}/1", f"PUT {MINE}/2") == [[0], [1], [2]]
    assert steps(f"PUT {PERSONAL}/1", f"PUT {MINE}/1", f"PUT {PERSONAL}/2") == [[0], [1], [2]]
    whose = {"alice": "Basic YTph", "bob": "Basic Yjpi"}
    assert steps(f"PUT {MINE}/1 alice", f"PUT {MINE}/1 bob", f"PUT {MINE}/2 alice", **whose) == [[0], [1], [2]]
    assert steps(f"PUT {MINE}/1 alice", f"PUT {A}/1 bob", f"PUT {MINE}/2 alice", **whose) == [[0, 2], [1]]
    assert steps(f"PUT {A}/1 alice", f"PUT {A}/2 bob", **whose) == [[0, 1]]


def test_names_are_compared_decoded() -> None:
    """A percent-encoded name is the name."""
    assert steps(f"PUT {A}/1", f"PUT {A.replace('buckets', '%62uckets')}/2") == [[0, 1]]
    assert steps("PUT /v1/buckets/d%65fault", "PUT /v1/buckets/b") == [[0], [1]]


@pytest.mark.parametrize(
    "request_", ["PATCH /v1/buckets/default", "DELETE /v1/buckets/default", "PUT /v1/buckets/default"]
)
def test_a_personal_bucket_is_changed_alone(request_: str) -> None:
    """It is made before it is changed, so its requests take their turns one by one."""
    assert steps(request_, request_) == [[0], [1]]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_collection_of_a_personal_bucket_is_changed_alone(method: str) -> None:
    """PATCH and DELETE make it first, so they take their turns; PUT does not, and shares its commit."""
    path = "/v1/buckets/default/collections/a"
    assert steps(f"{method} {path}", f"PUT {path}") == [[0], [1]]
    assert steps(f"PUT {path}", f"PUT {path}2", "PUT /v1/buckets/default/groups/g") == [[0, 1, 2]]
    assert steps("POST /v1/buckets/default/collections", f"PUT {path}") == [[0], [1]]


@pytest.mark.parametrize("request_", ["PUT /v1/accounts/a", "PATCH /v1/accounts/a", "POST /v1/accounts"])
def test_an_account_is_changed_alone(request_: str) -> None:
    """It decides who the callers of the requests after it are, so nothing runs beside it, and none passes it."""
    assert steps("PUT /v1/buckets/a", request_, request_, "PUT /v1/buckets/b") == [[0], [1], [2], [3]]
    assert steps(f"PUT {A}/a", request_, f"PUT {A}/b") == [[0], [1], [2]]


def test_an_empty_batch_has_no_steps() -> None:
    """Nothing is asked for, and nothing is done."""
    assert steps() == []
