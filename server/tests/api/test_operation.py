"""What an operator sets for the whole server: back-off and read-only; protocol section 28."""

from collections.abc import Callable

import httpx


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
