"""The body of a batch: its shape, its defaults, its paths and its headers."""

import json
from typing import Any

import pytest
from kintoun_server.domain.refusals import Invalid, TooLarge
from kintoun_server.http.batch.subrequest import BatchRules, SubRequest, parse_batch
from tornado.httputil import HTTPHeaders

RULES = BatchRules(max_requests=25, max_bytes=1000, follow_slash=True)
OUTER = {
    "Host": "example.org",
    "Authorization": "Basic YTph",
    "Content-Length": "7",
    "Content-Type": "application/json",
}


def parsed(
    *requests: Any,  # noqa: ANN401 - any JSON
    rules: BatchRules = RULES,
    outer: dict[str, str] | None = None,
    **more: Any,  # noqa: ANN401 - any JSON
) -> list[SubRequest]:
    """What is read of a batch with these requests; `more` are other fields of it, such as `defaults`."""
    raw = json.dumps({"requests": requests, **more}).encode()
    return parse_batch(raw, HTTPHeaders(outer or OUTER), rules)


def refusal(*requests: Any, **more: Any) -> tuple[str | None, str]:  # noqa: ANN401 - any JSON
    """The name and the description with which a batch is refused."""
    with pytest.raises(Invalid) as refused:
        parsed(*requests, **more)
    return refused.value.details[0].name, refused.value.details[0].description


def test_what_is_not_said() -> None:
    """Only the path is required: a request is a GET without a body."""
    (request,) = parsed({"path": "/buckets"})
    assert (request.method, request.target, request.body) == ("GET", "/v1/buckets", b"")
    assert parsed() == []


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/", "/v1/"),
        ("/v1", "/v1/"),
        ("/v1/", "/v1/"),
        ("/v1?a=1", "/v1/?a=1"),
        ("/buckets/", "/v1/buckets"),
        ("/v1/buckets//?_since=%221%22", "/v1/buckets?_since=%221%22"),
        ("/v1x/buckets", "/v1/v1x/buckets"),
        ("/v0/buckets", "/v0/buckets"),
        ("/buckets/é b", "/v1/buckets/%C3%A9%20b"),
        ("/buckets/a\r\nHost: x", "/v1/buckets/a%0D%0AHost:%20x"),
        ("/buckets/a#b", "/v1/buckets/a%23b"),
        ("/buckets/batchy", "/v1/buckets/batchy"),
        ("/buckets/batch", "/v1/buckets/batch"),
        ("/batch/x", "/v1/batch/x"),
    ],
)
def test_paths(path: str, target: str) -> None:
    """The version is added where none is, a final slash is left out, and what cannot stand in a request is encoded."""
    assert parsed({"path": path})[0].target == target


def test_final_slashes_where_they_are_not_followed() -> None:
    """Without redirects a final slash is kept, and leads where it leads by itself."""
    rules = BatchRules(max_requests=25, max_bytes=1000, follow_slash=False)
    assert [request.target for request in parsed({"path": "/buckets/"}, {"path": "/v1"}, rules=rules)] == [
        "/v1/buckets/",
        "/v1",
    ]


@pytest.mark.parametrize(
    "path", ["/batch", "/v1/batch", "/batch/", "/v1/batch//", "/batch?a=1", "/v1/%62atch", "/b%61tc%68/"]
)
def test_a_batch_within_the_batch(path: str) -> None:
    """However its path is written, a batch in a batch is refused as a whole; other paths with that word are not."""
    assert refusal({"path": path}) == ("requests", "Recursive call on /batch endpoint is forbidden.")


@pytest.mark.parametrize(
    ("batch", "name"),
    [
        ([], ""),
        ("text", ""),
        ({}, "requests"),
        ({"requests": {}}, "requests"),
        ({"requests": None}, "requests"),
        ({"requests": [], "foo": 1}, ""),
        ({"requests": [], "defaults": []}, "defaults"),
        ({"requests": [], "defaults": {"foo": 1}}, "defaults"),
        ({"requests": [], "defaults": {"headers": {"a": 1}}}, "defaults.headers"),
        ({"requests": ["text"]}, "requests.0"),
        ({"requests": [{}]}, "requests.0.path"),
        ({"requests": [{"path": "/"}, {"path": "/", "foo": 1}]}, "requests.1"),
        ({"requests": [{"path": 1}]}, "requests.0.path"),
        ({"requests": [{"path": "buckets"}]}, "requests.0.path"),
        ({"requests": [{"path": ""}]}, "requests.0.path"),
        ({"requests": [{"path": "/", "method": "OPTIONS"}]}, "requests.0.method"),
        ({"requests": [{"path": "/", "method": "TRACE"}]}, "requests.0.method"),
        ({"requests": [{"path": "/", "method": "get"}]}, "requests.0.method"),
        ({"requests": [{"path": "/", "method": ["GET"]}]}, "requests.0.method"),
        ({"requests": [{"path": "/", "headers": []}]}, "requests.0.headers"),
        ({"requests": [{"path": "/", "headers": None}]}, "requests.0.headers"),
        ({"requests": [{"path": "/", "headers": "text"}]}, "requests.0.headers"),
        ({"requests": [{"path": "/", "headers": {"If-Match": 1}}]}, "requests.0.headers"),
        ({"requests": [{"path": "/", "headers": {"If-Match": None}}]}, "requests.0.headers"),
        ({"requests": [{"path": "/", "headers": {"X": "a\r\nY: b"}}]}, "requests.0.headers"),
        ({"requests": [{"path": "/", "headers": {"X": "a\nb"}}]}, "requests.0.headers"),
        ({"requests": [{"path": "/", "headers": {"X\r\nY": "b"}}]}, "requests.0.headers"),
        ({"requests": [{"path": "/", "headers": {"": "b"}}]}, "requests.0.headers"),
        ({"requests": [{"path": "/", "headers": {"X": "\N{SNOWMAN}"}}]}, "requests.0.headers"),
        ({"requests": [{"path": "/", "headers": {"If-Match": "*", "if-match": "*"}}]}, "requests.0.headers"),
    ],
)
def test_wrong_shapes(batch: object, name: str) -> None:
    """What is not of the shape of a batch is refused as a whole, with the place where it is wrong."""
    with pytest.raises(Invalid) as refused:
        parse_batch(json.dumps(batch).encode(), HTTPHeaders(OUTER), RULES)
    assert refused.value.details[0].name == name


@pytest.mark.parametrize("raw", [b"", b"{"])
def test_a_body_that_is_none(raw: bytes) -> None:
    """A batch without a body, and one that is no JSON, are refused."""
    with pytest.raises(Invalid):
        parse_batch(raw, HTTPHeaders(OUTER), RULES)


def test_too_many_requests() -> None:
    """As many as the setting allows are accepted, and not one more."""
    rules = BatchRules(max_requests=3, max_bytes=1000, follow_slash=True)
    assert len(parsed(*[{"path": "/"}] * 3, rules=rules)) == 3
    assert refusal(*[{"path": "/"}] * 4, rules=rules) == ("requests", "Number of requests is limited to 3")


def test_defaults() -> None:
    """What a request leaves out is taken from the defaults, bodies are merged key by key, and the request wins."""
    defaults = {
        "method": "PUT",
        "path": "/a",
        "headers": {"if-match": '"1"', "X-Mine": "1"},
        "body": {"data": {"a": {"b": 1, "c": [1]}, "d": 1}, "permissions": {"read": ["x"]}},
    }
    first, second, third, fourth = parsed(
        {"body": {"data": {"a": {"c": 2}, "d": {"e": 1}}}},
        {"method": "PATCH", "path": "/b", "headers": {"IF-MATCH": '"2"'}, "body": [1]},
        {"body": None},
        {},
        defaults=defaults,
    )
    assert (first.method, first.target, first.headers["If-Match"]) == ("PUT", "/v1/a", '"1"')
    merged = {"data": {"a": {"b": 1, "c": 2}, "d": {"e": 1}}, "permissions": {"read": ["x"]}}
    assert json.loads(first.body) == merged
    assert (second.method, second.target, second.body) == ("PATCH", "/v1/b", b"[1]")
    assert (second.headers.get_list("If-Match"), second.headers["X-Mine"]) == (['"2"'], "1")
    assert third.body == b""
    assert json.loads(fourth.body) == defaults["body"]


def test_headers_of_the_batch() -> None:
    """They count for each request, but for those that describe the batch's own message; a request's own win."""
    outer = {
        **OUTER,
        "If-Match": '"1"',
        "Content-Encoding": "identity",
        "Transfer-Encoding": "chunked",
        "Connection": "close",
        "Content-Type": "application/json; charset=x",
    }
    own = {"authorization": "Basic Yjpi", "content-length": "5", "host": "evil.example"}
    plain, other, patch = parsed(
        {"path": "/"},
        {"path": "/", "headers": own},
        {"path": "/", "headers": {"content-type": "application/merge-patch+json"}},
        outer=outer,
    )
    kept = {"Host": "example.org", "Content-Type": "application/json", "If-Match": '"1"'}
    assert dict(plain.headers) == {**kept, "Authorization": "Basic YTph"}
    assert dict(other.headers) == {**kept, "Authorization": "Basic Yjpi"}
    assert patch.headers["Content-Type"] == "application/merge-patch+json"


def test_bodies_are_bounded_together() -> None:
    """Defaults that are written out in each request count in each, so a short batch cannot become a long one."""
    body = {"data": {"text": "x" * 300}}
    assert len(parsed({"path": "/"}, {"path": "/"}, {"path": "/"}, defaults={"body": body})) == 3
    with pytest.raises(TooLarge):
        parsed(*[{"path": "/"}] * 4, defaults={"body": body})


def test_levels_of_nesting() -> None:
    """What is accepted by itself is accepted within a batch, and not one level more."""

    def nested(levels: int) -> Any:  # noqa: ANN401 - JSON
        value: Any = []
        for _ in range(levels - 1):
            value = [value]
        return value

    (request,) = parsed({"path": "/", "body": nested(64)})
    assert request.body == b"[" * 64 + b"]" * 64
    assert "levels of nesting" in refusal({"path": "/", "body": nested(65)})[1]


def test_values_arrive_to_the_letter() -> None:
    """Numbers at the ends of 64 bits, floats and text beyond ASCII reach the request as they were sent."""
    body = {"data": {"a": 2**64 - 1, "b": -(2**63), "c": 0.1, "d": 1e300, "é": "\N{GRINNING FACE}\u2028", "e": 1.0}}
    (request,) = parsed({"path": "/", "body": body})
    assert json.loads(request.body) == body
    assert isinstance(json.loads(request.body)["data"]["e"], float)
