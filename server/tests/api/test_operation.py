"""What an operator sets for the whole server: back-off and read-only; protocol section 28."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest


def test_a_back_off_is_on_every_answer(serve: Callable[..., str]) -> None:
    """With the setting every answer asks clients to wait, refusals too."""
    root = serve(backoff=10)
    for path in ("/v1/", "/v1/buckets", "/v1/nope", "/v1/buckets/x", "/v1/__heartbeat__"):
        assert httpx.get(root + path).headers["backoff"] == "10", path


def test_there_is_no_back_off_by_default(alice: httpx.Client) -> None:
    """Without the setting no answer asks clients to wait."""
    for path in ("/", "/buckets", "/nope"):
        assert "backoff" not in alice.get(path).headers


def test_a_read_only_server_refuses_writes(serve: Callable[..., str]) -> None:
    """With `readonly` every write gives 405, reading works on, and the hello view says so and may be kept for a day."""
    with httpx.Client(base_url=serve(readonly=True) + "/v1", auth=("alice", "secret")) as client:
        for method, path in (
            ("POST", "/buckets"),
            ("DELETE", "/buckets"),
            ("PUT", "/buckets/b"),
            ("PATCH", "/buckets/b"),
            ("DELETE", "/buckets/b"),
            ("GET", "/buckets/default"),
            ("PUT", "/buckets/default/collections/c"),
        ):
            answer = client.request(method, path)
            assert (answer.status_code, answer.json()["errno"]) == (405, 115), path
        assert client.get("/buckets").json() == {"data": []}
        hello = client.get("/")
        assert hello.json()["settings"]["readonly"] is True
        assert "max-age=86400" in hello.headers["cache-control"]
        assert "expires" in hello.headers


def test_a_share_of_the_answers_asks_for_a_back_off(serve: Callable[..., str]) -> None:
    """With `backoff_percentage` some answers have the header, and some have not."""
    with httpx.Client(base_url=serve(backoff=10, backoff_percentage=50)) as client:
        asked = {"backoff" in client.get("/v1/__lbheartbeat__").headers for _ in range(200)}
    assert asked == {True, False}


EVERYTHING = (
    ("GET", "/v1/"),
    ("GET", "/v1/__heartbeat__"),
    ("GET", "/v1/__version__"),
    ("GET", "/v1/buckets"),
    ("PUT", "/v1/buckets/b"),
    ("GET", "/v1/nope"),
    ("GET", "/v1"),
    ("POST", "/buckets"),
    ("GET", "/v1/buckets/"),
    ("OPTIONS", "/v1/buckets"),
    ("BREW", "/v1/buckets"),
    ("GET", "/v2/buckets"),
)


def tomorrow(days: int = 1) -> str:
    """The day after some days, in UTC."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def test_the_end_of_the_service_is_announced(serve: Callable[..., str]) -> None:
    """Before its day every answer has the alert: errors, redirects, preflights and 304 too; hello has the day."""
    root = serve(eos=tomorrow(3), eos_message="Au revoir, et à bientôt", eos_url="https://example.org/eos")
    alert = {"code": "soft-eol", "message": "Au revoir, et à bientôt", "url": "https://example.org/eos"}
    preflight = {"Origin": "https://app.example", "Access-Control-Request-Method": "GET"}
    with httpx.Client(base_url=root, auth=("alice", "secret"), headers=preflight) as client:
        for method, path in EVERYTHING:
            answer = client.request(method, path)
            assert answer.status_code != 410
            assert json.loads(answer.headers["alert"]) == alert, path
        unchanged = client.get("/v1/buckets", headers={"If-None-Match": client.get("/v1/buckets").headers["etag"]})
        assert (unchanged.status_code, json.loads(unchanged.headers["alert"])) == (304, alert)
        assert client.get("/v1/").json()["eos"] == tomorrow(3)


@pytest.mark.parametrize("days", [0, -1])
def test_from_its_day_on_there_is_no_service(serve: Callable[..., str], days: int) -> None:
    """From the beginning of the day every path, with every method, answers 410 with the alert, which pages may read."""
    root = serve(eos=tomorrow(days), eos_message="Gone fishing")
    preflight = {"Origin": "https://app.example", "Access-Control-Request-Method": "GET"}
    with httpx.Client(base_url=root, auth=("alice", "secret"), headers=preflight) as client:
        for method, path in EVERYTHING:
            answer = client.request(method, path)
            assert answer.status_code == 410, path
            body = {"code": 410, "errno": 202, "error": "Gone", "message": "Gone fishing"}
            assert answer.json() == body
            assert json.loads(answer.headers["alert"]) == {"code": "hard-eol", "message": "Gone fishing"}
            assert answer.headers["access-control-allow-origin"] == "*"


def test_there_is_no_alert_by_default(alice: httpx.Client) -> None:
    """Without the setting neither an answer nor the hello view speaks of an end."""
    answer = alice.get("/")
    assert "alert" not in answer.headers
    assert "eos" not in answer.json()


def test_a_read_only_server_refuses_writes_wherever_they_go(serve: Callable[..., str]) -> None:
    """Unknown paths, batches, flushes and paths without a version are no way around it; reading works on."""
    with httpx.Client(base_url=serve(readonly=True), auth=("alice", "secret")) as client:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            for path in ("/v1/nope", "/v1/batch", "/v1/__flush__", "/v1/", "/v1/buckets/", "/buckets"):
                answer = client.request(method, path)
                assert (answer.status_code, answer.json()["errno"]) == (405, 115), (method, path)
                assert not {"POST", "PUT", "PATCH", "DELETE"} & set(answer.headers["allow"].split(", "))
        for path in ("/v1/buckets/default", "/v1/buckets/default/collections"):
            assert client.get(path).status_code == 405, path
        assert client.get("/v1/buckets").status_code == 200
