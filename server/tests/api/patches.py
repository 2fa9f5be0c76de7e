"""How the tests of PATCH write their requests and read the answers."""

import json
from typing import Any

import httpx

PLAIN, MERGE, OPERATIONS = "application/json", "application/merge-patch+json", "application/json-patch+json"
BOTH = [(MERGE, {"data": {"a": 1}}), (OPERATIONS, [{"op": "add", "path": "/data/a", "value": 1}])]
"""Each of the two kinds that the standards know, adding an attribute."""


def patch(client: httpx.Client, path: str, media_type: str, body: object, **headers: str) -> httpx.Response:
    """PATCH with a body of a media type; underscores in the names of headers are hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.patch(path, content=json.dumps(body), headers={"Content-Type": media_type, **named})


def operate(client: httpx.Client, path: str, *operations: object, **headers: str) -> httpx.Response:
    """PATCH with operations as a JSON patch."""
    return patch(client, path, OPERATIONS, list(operations), **headers)


def op(name: str, path: str, **more: object) -> dict[str, object]:
    """One operation of a JSON patch."""
    return {"op": name, "path": path, **more}


def attributes(answer: httpx.Response) -> dict[str, Any]:
    """The attributes of an answer that succeeded, without those that the server sets."""
    assert answer.status_code == 200, answer.json()
    data = answer.json()["data"]
    assert isinstance(data, dict)
    return {name: value for name, value in data.items() if name not in {"id", "last_modified"}}


def detail(answer: httpx.Response) -> dict[str, Any]:
    """The one entry of `details` of a 400."""
    assert (answer.status_code, answer.json()["errno"]) == (400, 107), answer.json()
    [found] = answer.json()["details"]
    assert isinstance(found, dict)
    return found
