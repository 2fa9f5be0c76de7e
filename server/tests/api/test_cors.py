"""Pages of other origins: protocol section 27."""

from collections.abc import Callable

import httpx
import pytest

ORIGIN = "https://app.example"
ALWAYS = {"content-type", "content-length", "retry-after", "alert", "backoff"}
OBJECT = ALWAYS | {"cache-control", "etag", "expires", "pragma", "last-modified"}
LIST = OBJECT | {"next-page"}


def names(header: str) -> set[str]:
    """The names in a header, in lower case."""
    return {name.strip().lower() for name in header.split(",")}


def preflight(client: httpx.Client, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    """The question that a browser asks first."""
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": method} | headers
    return client.request("OPTIONS", path, headers=asked)


def test_a_preflight_of_a_list(anonymous: httpx.Client, each_list: str) -> None:
    """The preflight of a list needs no credentials; it allows the methods of lists and lasts an hour."""
    answer = preflight(anonymous, each_list)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-max-age"] == "3600"
    allowed = names(answer.headers["access-control-allow-methods"])
    assert allowed == {"head", "get", "post", "delete", "options"}


def test_a_preflight_of_an_object(anonymous: httpx.Client, each_object: str) -> None:
    """The preflight of an object allows the methods of objects."""
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        answer = preflight(anonymous, each_object, method)
        assert answer.status_code == 200
        allowed = names(answer.headers["access-control-allow-methods"])
        assert allowed == {"get", "head", "put", "patch", "delete", "options"}


@pytest.mark.parametrize(
    "path", ["/", "/__heartbeat__", "/buckets", "/buckets/default", "/buckets/never-made/groups/x"]
)
def test_a_preflight_touches_nothing(anonymous: httpx.Client, path: str) -> None:
    """A preflight is answered for what does not exist too."""
    assert preflight(anonymous, path).status_code == 200


def test_every_header_may_be_sent(anonymous: httpx.Client) -> None:
    """A preflight allows all headers that are asked for, whatever they are."""
    asked = "content-type,authorization,if-match,x-odd"
    answer = preflight(anonymous, "/buckets", **{"Access-Control-Request-Headers": asked})
    assert names(answer.headers["access-control-allow-headers"]) >= names(asked)


@pytest.mark.parametrize(
    ("headers", "faults"),
    [
        ({}, ["Access-Control-Request-Method", "Origin"]),
        ({"Origin": ORIGIN}, ["Access-Control-Request-Method"]),
        ({"Access-Control-Request-Method": "GET"}, ["Origin"]),
        ({"Origin": ORIGIN, "Access-Control-Request-Method": "BREW"}, ["Access-Control-Request-Method"]),
    ],
)
def test_options_without_a_question_is_refused(
    anonymous: httpx.Client, headers: dict[str, str], faults: list[str]
) -> None:
    """OPTIONS that is no preflight, or asks for a method that nobody knows, gives 400 and names what is at fault."""
    answer = anonymous.request("OPTIONS", "/buckets", headers=headers)
    assert answer.status_code == 400
    assert [detail["name"] for detail in answer.json()["details"]] == faults


def test_the_origin_is_allowed_where_one_is_told(alice: httpx.Client, record: str) -> None:
    """Answers allow the origin if the request has one, and do not speak of it otherwise."""
    for path in (record, record.rpartition("/")[0], "/", "/__heartbeat__"):
        assert alice.get(path, headers={"Origin": ORIGIN}).headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-origin" not in alice.get(path).headers


def test_errors_can_be_read_by_other_origins(
    alice: httpx.Client, bob: httpx.Client, anonymous: httpx.Client, record: str
) -> None:
    """Refusals of every sort allow the origin, so that a page can tell what went wrong."""
    origin = {"Origin": ORIGIN}
    answers = [
        alice.put(record, content=b"{", headers=origin | {"Content-Type": "application/json"}),
        anonymous.get(record, headers=origin),
        bob.get(record, headers=origin),
        alice.get(f"{record}-missing", headers=origin),
        alice.get(record, headers=origin | {"Accept": "text/html"}),
        alice.put(record, headers=origin | {"If-Match": '"1"'}),
        alice.put(record, content=b"x", headers=origin | {"Content-Type": "text/plain"}),
    ]
    assert [answer.status_code for answer in answers] == [400, 401, 403, 404, 406, 412, 415]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == "*", answer.status_code


def test_not_modified_can_be_read_by_other_origins(alice: httpx.Client, record: str) -> None:
    """304 allows the origin too."""
    headers = {"Origin": ORIGIN, "If-None-Match": alice.get(record).headers["etag"]}
    assert alice.get(record, headers=headers).headers["access-control-allow-origin"] == "*"


def test_what_is_exposed(alice: httpx.Client, record: str) -> None:
    """Each endpoint exposes at least the headers that clients read from it, with and without Origin."""
    records = record.rpartition("/")[0]
    for headers in ({}, {"Origin": ORIGIN}):
        expected = [
            (alice.get(record, headers=headers), OBJECT),
            (alice.get(records, headers=headers), LIST),
            (alice.head(records, headers=headers), LIST | {"total-records", "total-objects"}),
            (alice.put(record, headers=headers), ALWAYS),
            (alice.post(records, headers=headers), ALWAYS),
            (alice.patch(record, json={"data": {}}, headers=headers), ALWAYS),
            (alice.delete(record, headers=headers), ALWAYS),
            (alice.get("/", headers=headers), ALWAYS),
            (alice.get("/__heartbeat__", headers=headers), ALWAYS),
        ]
        for answer, exposed in expected:
            assert names(answer.headers["access-control-expose-headers"]) >= exposed, answer.request
        assert alice.put(record).status_code in {200, 201}


@pytest.mark.difference("vary-by-origin")
def test_origins_can_be_restricted(serve: Callable[..., str]) -> None:
    """Only the origins of the setting are allowed, by name; another is refused, but not before authorization."""
    root = serve(cors_origins=["https://app.example", "https://*.trusted.example"])
    with httpx.Client(base_url=f"{root}/v1", auth=("alice", "secret")) as client:
        for origin in ("https://app.example", "https://one.trusted.example"):
            answer = client.get("/buckets", headers={"Origin": origin})
            assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, origin)
            assert "origin" in names(answer.headers["vary"])
        answer = client.get("/buckets", headers={"Origin": "https://evil.example"})
        assert answer.status_code == 400
        assert answer.json()["message"] == "Origin in header: https://evil.example not allowed"
        assert "access-control-allow-origin" not in answer.headers
        refused = client.get("/buckets/nope", headers={"Origin": "https://evil.example"})
        assert (refused.status_code, "access-control-allow-origin" in refused.headers) == (403, False)
        assert client.get("/buckets").status_code == 200


def test_a_preflight_lasts_as_long_as_the_setting_says(serve: Callable[..., str]) -> None:
    """`cors_max_age_seconds` is what the preflight answers."""
    with httpx.Client(base_url=serve(cors_max_age_seconds=60) + "/v1") as client:
        assert preflight(client, "/buckets").headers["access-control-max-age"] == "60"
