"""Versions, redirects and unknown paths: protocol section 2."""

import http.client
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
UNKNOWN = {
    "code": 404,
    "errno": 111,
    "error": "Not Found",
    "message": "The resource you are looking for could not be found.",
}


def raw_status(root: str, method: str, path: str) -> int:
    """The status of a request whose path no client library has touched."""
    connection = http.client.HTTPConnection(urlsplit(root).netloc, timeout=30)
    connection.request(method, path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_version_without_a_slash_leads_to_the_hello_view(root: str) -> None:
    """`/v1` is redirected to `/v1/`, to be cached for an hour."""
    answer = httpx.get(f"{root}/v1")
    assert (answer.status_code, answer.headers["location"]) == (307, f"{root}/v1/")
    assert "max-age=3600" in answer.headers["cache-control"]
    assert "expires" in answer.headers


@pytest.mark.parametrize("path", ["/buckets/", "/nope/", "/buckets/a/collections/b/records/c/", "/a/b/c/d/e/f/"])
def test_a_trailing_slash_is_taken_away(root: str, path: str) -> None:
    """A path with a slash at its end, known or not and of any depth, leads to the one without, the query kept."""
    answer = httpx.get(f"{root}/v1{path}?x=1&y=%20")
    assert (answer.status_code, answer.headers["location"]) == (307, f"{root}/v1{path[:-1]}?x=1&y=%20")
    assert "max-age=3600" in answer.headers["cache-control"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", ["/", "/buckets", "/__heartbeat__", "/anything/deeper"])
def test_a_path_without_version_leads_to_the_one_with_it(root: str, method: str, path: str) -> None:
    """A path without a version, with any method, leads to the same one below `/v1`, without cache headers."""
    answer = httpx.request(method, f"{root}{path}?x=1")
    assert (answer.status_code, answer.headers["location"]) == (307, f"{root}/v1{path}?x=1")
    assert "cache-control" not in answer.headers
    assert "expires" not in answer.headers


@pytest.mark.parametrize("path", ["/buckets", "/v1", "/v1/buckets/"])
def test_a_redirect_can_be_read_by_a_page_of_another_origin(root: str, path: str) -> None:
    """A redirect says what it exposes, allows the origin and carries a short text and no JSON."""
    answer = httpx.get(root + path, headers={"Origin": "https://app.example"})
    assert answer.headers["content-type"].startswith("text/")
    assert answer.headers["access-control-allow-origin"] == "*"
    exposed = {name.strip().lower() for name in answer.headers["access-control-expose-headers"].split(",")}
    assert exposed >= {"backoff", "retry-after", "alert", "content-length", "content-type"}


def test_options_on_a_path_without_version_is_answered_at_once(root: str) -> None:
    """OPTIONS on an unversioned path gives 200 and an empty body, as a browser follows no redirect of a preflight."""
    headers = {"Origin": "https://app.example", "Access-Control-Request-Method": "GET"}
    answer = httpx.request("OPTIONS", f"{root}/buckets", headers=headers)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_redirect_keeps_method_and_body(root: str) -> None:
    """A client that follows the redirect of a PUT creates the bucket, with the data that it sent."""
    with httpx.Client(auth=("redirected", "secret"), follow_redirects=True) as client:
        answer = client.put(f"{root}/buckets/redirected", json={"data": {"kept": True}})
    assert (answer.status_code, answer.json()["data"]["kept"]) == (201, True)


@pytest.mark.parametrize("path", ["/v0/", "/v0/buckets", "/v2/buckets", "/v2/"])
def test_another_version_is_not_available(root: str, path: str) -> None:
    """Another version than 1 gives errno 116 and no redirect."""
    answer = httpx.get(root + path)
    assert answer.status_code == 404
    assert answer.json()["errno"] == 116
    assert answer.json()["message"] == "The requested API version is not available on this server."


@pytest.mark.parametrize("path", ["/v1/nope", "/v1buckets", "/v10/buckets", "/v1/BUCKETS", "/v1/buckets/a/b"])
def test_an_unknown_path_is_not_found(root: str, path: str) -> None:
    """A path that no route knows gives errno 111 and its message; paths are case-sensitive."""
    answer = httpx.get(root + path)
    assert (answer.status_code, answer.json()) == (404, UNKNOWN)


def test_two_slashes_are_not_one(root: str) -> None:
    """`/v1//buckets` is no spelling of `/v1/buckets`."""
    assert raw_status(root, "GET", "/v1//buckets") == 404


def test_an_unknown_path_is_not_found_with_any_method(alice: httpx.Client) -> None:
    """Whether the route is known is decided before the method is looked at."""
    for method in METHODS[1:]:
        assert alice.request(method, "/nope").status_code == 404


def test_a_path_that_is_not_utf8_is_refused(root: str) -> None:
    """A percent-encoded path that is not UTF-8 gives 400 and not 500."""
    answer = httpx.get(f"{root}/v1/buckets/%ff", auth=("alice", "secret"))
    assert answer.status_code == 400
    assert (answer.json()["errno"], answer.json()["error"]) == (107, "Bad Request")
    assert answer.json()["message"] == "Invalid URL path."


def test_an_encoded_segment_is_decoded(alice: httpx.Client, bucket: str) -> None:
    """A letter that was percent-encoded without need names the same object."""
    *_, bucket_id = bucket.split("/")
    assert alice.get(f"/buckets/%{ord(bucket_id[0]):x}{bucket_id[1:]}").json()["data"]["id"] == bucket_id


def test_an_encoded_slash_is_part_of_the_id(alice: httpx.Client) -> None:
    """`%2F` in a segment does not part two segments: the id is invalid, and no other object is reached."""
    assert alice.put("/buckets/a%2Fcollections").status_code in {400, 404, 405}


def test_the_host_of_a_redirect_is_the_one_that_was_asked(root: str) -> None:
    """Without a setting the address in `Location` has the host that the client used."""
    answer = httpx.get(f"{root}/v1", headers={"Host": "kinto.example:1234"})
    assert answer.headers["location"] == "http://kinto.example:1234/v1/"


def test_scheme_and_host_of_redirects_come_from_settings(serve: Callable[..., str]) -> None:
    """`http_scheme` and `http_host` replace those of the request; each redirect has a setting for its cache time."""
    root = serve(
        http_scheme="https",
        http_host="kinto.example",
        trailing_slash_redirect_ttl_seconds=7,
        version_prefix_redirect_ttl_seconds=9,
    )
    slash, prefix = httpx.get(f"{root}/v1"), httpx.get(f"{root}/buckets")
    assert slash.headers["location"] == "https://kinto.example/v1/"
    assert prefix.headers["location"] == "https://kinto.example/v1/buckets"
    assert "max-age=7" in slash.headers["cache-control"]
    assert "max-age=9" in prefix.headers["cache-control"]
    assert httpx.get(f"{root}/v1/").json()["url"] == "https://kinto.example/v1/"


def test_redirects_can_be_switched_off(serve: Callable[..., str]) -> None:
    """Without the redirects a path without version gives errno 116, and one with a slash at its end errno 111."""
    root = serve(trailing_slash_redirect_enabled=False, version_prefix_redirect_enabled=False)
    for path, errno in (("/buckets", 116), ("/v1", 111), ("/v1/buckets/", 111)):
        answer = httpx.get(root + path)
        assert (answer.status_code, answer.json()["errno"]) == (404, errno)
