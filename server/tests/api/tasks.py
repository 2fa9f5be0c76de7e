"""Records with attributes of every type to ask lists for, and how they are asked."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import httpx

TASKS: Mapping[str, dict[str, Any]] = {
    "r0": {"n": None, "place": {"city": "Bern", "zip": 3000}},
    "r1": {"n": "10", "title": "Buy milk", "tags": ["home", "shop"]},
    "r2": {"n": "b", "title": "buy BREAD*", "tags": ["home"], "place": {"city": "Bonn"}},
    "r3": {"n": 1, "done": True, "tags": "home", "null": None},
    "r4": {"n": 10, "done": False, "place": {"city": None}},
    "r5": {"n": 10.5, "tags": [], "place": "Bern"},
    "r6": {"n": True, "tags": [["home"], {"a": 1}, 1], "a-b": 1},
    "r7": {"n": [1, 2], "title": "100%", "place": [{"city": "Bern"}]},
    "r8": {"n": {"x": 1, "y": 2}, "title": "a_c"},
    "r9": {"place": {"city": {"name": "Ulm"}}, "title": "ÉTÉ\nété"},
}
"""Records with an attribute of each type, each once not there."""
ALL = tuple(TASKS)


def fill(client: httpx.Client, list_path: str, objects: Mapping[str, dict[str, Any]]) -> None:
    """Create objects in their order, by PUT."""
    for name, data in objects.items():
        assert client.put(f"{list_path}/{name}", json={"data": data}).status_code == 201


def encoded(query: str) -> str:
    """A query string as a careful client writes it, from one that people read."""
    return quote(query, safe="=&,-+")


def found(client: httpx.Client, list_path: str, query: str) -> list[str]:
    """The ids of what a query finds, in the order of the answer; HEAD must count as many of them as live."""
    address = f"{list_path}?{encoded(query)}"
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    entries = answer.json()["data"]
    live = [entry for entry in entries if entry.get("deleted") is not True]
    if "_limit" not in query and "_fields" not in query:
        head = client.head(address)
        assert (head.headers["total-objects"], head.headers["total-records"]) == (str(len(live)),) * 2, query
    return [entry["id"] for entry in entries]


def all_pages(client: httpx.Client, address: str) -> Iterator[list[dict[str, Any]]]:
    """The entries of each page of a list."""
    answer = client.get(address)
    yield answer.json()["data"]
    while "next-page" in answer.headers:
        answer = client.get(answer.headers["next-page"])
        assert answer.status_code == 200, answer.text
        yield answer.json()["data"]


def refusal(answer: httpx.Response) -> tuple[str | None, str]:
    """The name and the description in a 400 that blames the query string."""
    assert (answer.status_code, answer.json()["errno"]) == (400, 107), answer.text
    detail = answer.json()["details"][0]
    assert detail["location"] == "querystring"
    return detail["name"], detail["description"]
