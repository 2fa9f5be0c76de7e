"""How the tests of batches write their requests and read the answers."""

import base64
from typing import Any

import httpx

Body = dict[str, Any]


def send(client: httpx.Client, *requests: Body, **more: Any) -> list[Body]:  # noqa: ANN401 - any JSON
    """Send a batch, and give the responses in it; `more` are other fields of the batch."""
    answer = client.post("/batch", json={"requests": requests, **more})
    assert answer.status_code == 200, answer.text
    responses: list[Body] = answer.json()["responses"]
    assert len(responses) == len(requests)
    return responses


def statuses(responses: list[Body]) -> list[int]:
    """The status of each response."""
    return [response["status"] for response in responses]


def stamps(responses: list[Body]) -> list[int]:
    """The timestamp of each response's object."""
    return [response["body"]["data"]["last_modified"] for response in responses]


def put(path: str, data: Body | None = None, headers: dict[str, str] | None = None, **more: Any) -> Body:  # noqa: ANN401
    """A PUT within a batch; `more` are other fields of its body."""
    return {"method": "PUT", "path": path, "headers": headers or {}, "body": {"data": data or {}, **more}}


def basic(name: str) -> str:
    """The Authorization of someone."""
    return "Basic " + base64.b64encode(f"{name}:secret".encode()).decode()


def authorization_of(client: httpx.Client) -> str:
    """The Authorization that a client sends."""
    request = client.build_request("GET", "/")
    assert client.auth is not None
    return str(next(client.auth.auth_flow(request)).headers["Authorization"])
