"""MongoDB's operators are inert wherever a user may put something: no place of a request makes one of a word."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import pytest
from kintoun_server.app import ROUTES
from kintoun_server.domain.principals import basicauth_id
from tests.api.operators import OPERATORS, SHARPEST
from tests.api.places import OBJECTS, PLACES, Place, put_in

T = TypeVar("T")
SECRET = "what only Carol may read"
OWN, OTHERS = "/buckets/mallory", "/buckets/carol"
THOROUGH = {
    "record: PUT",
    "record: PATCH",
    "record: JSON patch",
    "record: principals",
    "record: the id in the path",
    "members",
    "own records: an attribute",
    "own records: an attribute within another",
    "own records: a value",
    "own records: a value that is an object",
    "own records: one of several values",
    "own records: a part of a text",
    "own records: an item",
}
"""The places that every operator is put in; the sharpest ones are put in all."""
UNREACHED = {"/", "/__heartbeat__", "/__lbheartbeat__", "/__version__", "/__flush__"}
"""Routes that take nothing from a user but headers."""


@dataclass
class World:
    """Somebody who attacks, and somebody whose objects must stay as they were ``before``."""

    mallory: httpx.Client
    carol: httpx.Client
    before: list[dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.untouched

    @property
    def untouched(self) -> list[dict[str, Any]]:
        """Carol's bucket and lists, with the ETags that any write would move, and Mallory's own that no place names."""
        theirs = ("", "/groups", "/collections", "/collections/c/records")
        seen = self.carol.post("/batch", json={"requests": [{"path": OTHERS + path} for path in theirs]})
        own = self.mallory.get(f"{OWN}/collections/kept/records")
        answers = [*seen.json()["responses"], {"headers": dict(own.headers), "body": own.json()}]
        return [
            {"etag": answer["headers"].get("ETag", answer["headers"].get("etag")), **answer["body"]}
            for answer in answers
        ]


@dataclass(frozen=True)
class Answer:
    """What one request was answered with: alone, or within a batch."""

    word: str
    number: int
    status: int
    body: Any
    total: str | None


def by_25(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut into pieces of the size of a batch."""
    return (items[start : start + 25] for start in range(0, len(items), 25))


def make(client: httpx.Client, requests: Sequence[tuple[str, object]]) -> None:
    """Create objects by PUT, 25 at a time."""
    for some in by_25(requests):
        sent = [{"method": "PUT", "path": path, "body": body} for path, body in some]
        responses = client.post("/batch", json={"requests": sent}).json()["responses"]
        assert {response["status"] for response in responses} == {201}, responses


def objects_for(word: str, number: int) -> Iterator[tuple[str, object]]:
    """What is there for the places of one word: to be changed, to be found, and to be deleted."""
    straw = {"data": {word: 1, "t": word, "f": {word: ""}, "a": [word], "o": {word: {"x": 1}}}}
    yield f"{OWN}/collections/hay/records/h{number}", straw
    yield OBJECTS["record"].format(own=OWN, n=number), {}
    if word in SHARPEST:
        yield from ((OBJECTS[kind].format(own=OWN, n=number), {}) for kind in ("bucket", "group", "collection"))
        yield f"{OWN}/collections/heap/records/h{number}", straw
        yield f"{OWN}/groups/m{number}", {}
        yield f"/accounts/a{number}", {"data": {"password": "long enough for everybody"}}


@pytest.fixture(scope="module")
def world(serve: Callable[..., str]) -> Iterator[World]:
    """Carol with her objects, one of which Mallory may read; Mallory with objects for each of the words."""
    mallory_id = basicauth_id("the secret of the tests", "mallory", "secret")
    root = serve(
        user_data_delete_principals=[mallory_id],
        account_write_principals=[mallory_id],
        experimental_permissions_endpoint=True,
    )
    options: dict[str, Any] = {"base_url": f"{root}/v1", "timeout": 60, "trust_env": False}
    with (
        httpx.Client(auth=("mallory", "secret"), **options) as mallory,
        httpx.Client(auth=("carol", "secret"), **options) as carol,
    ):
        hidden = {"data": {"secret": SECRET, "members": ["carol"], **dict.fromkeys(OPERATORS, SECRET)}}
        make(carol, [(OTHERS, hidden), (f"{OTHERS}/groups/g", hidden), (f"{OTHERS}/collections/c", hidden)])
        make(carol, [(f"{OTHERS}/collections/c/records/closed", hidden)])
        shared = {"data": {"n": 1}, "permissions": {"read": [mallory_id]}}
        make(carol, [(f"{OTHERS}/collections/c/records/open", shared)])
        make(mallory, [(OWN, {}), *((f"{OWN}/collections/{name}", {}) for name in ("c", "hay", "heap", "kept"))])
        make(mallory, [(f"{OWN}/collections/{name}/records/kept", {"data": {"n": 1}}) for name in ("c", "kept")])
        make(mallory, [one for number, word in enumerate(OPERATORS) for one in objects_for(word, number)])
        yield World(mallory, carol)


def sent_alone(world: World, place: Place, words: Sequence[str]) -> Iterator[Answer]:
    """Send a request for each word by itself."""
    for word in words:
        number = OPERATORS.index(word)
        headers = put_in(dict(place.headers), word, number)
        if place.body is not None:
            headers.setdefault("Content-Type", "application/json")
        address = place.address(word, number, own=OWN, others=OTHERS)
        content = None if place.body is None else json.dumps(put_in(place.body, word, number))
        auth = None if headers.keys() & {"Authorization", "Cookie"} else httpx.USE_CLIENT_DEFAULT
        answer = world.mallory.request(place.method, address, headers=headers, content=content, auth=auth)
        assert SECRET not in answer.text
        body = answer.json() if answer.content else None
        yield Answer(word, number, answer.status_code, body, answer.headers.get("Total-Objects"))


def sent_in_batches(world: World, place: Place, words: Sequence[str]) -> Iterator[Answer]:
    """Send a request for each word, 25 at a time."""
    for some in by_25(words):
        requests = []
        for word in some:
            number = OPERATORS.index(word)
            request = {
                "method": place.method,
                "path": place.address(word, number, own=OWN, others=OTHERS),
                "headers": put_in(dict(place.headers), word, number),
            }
            body = {} if place.body is None else {"body": put_in(place.body, word, number)}
            requests.append(request | body)
        answer = world.mallory.post("/batch", json={"requests": requests})
        assert SECRET not in answer.text
        assert answer.status_code == 200, answer.text
        for word, response in zip(some, answer.json()["responses"], strict=True):
            total = response["headers"].get("Total-Objects")
            yield Answer(word, OPERATORS.index(word), response["status"], response["body"], total)


def check(place: Place, answer: Answer) -> None:
    """Check the status, and what a list has found."""
    assert answer.status in place.statuses, answer
    if answer.status >= 400:
        assert place.method == "HEAD" or answer.body["errno"] in {104, 107, 110, 111, 121}, answer
        return
    if place.finds is None or place.finds == "*":
        return
    expected = {place.finds.replace("{n}", str(answer.number))} - {""}
    if place.method == "HEAD":
        assert answer.total == str(len(expected)), answer
    elif not (place.method == "DELETE" and answer.body["data"] == []):
        assert {entry["id"] for entry in answer.body["data"]} == expected, answer


def check_left(world: World, place: Place, answers: Sequence[Answer]) -> None:
    """Check that what was written can be read to the letter, in the list that it is in."""
    written = [answer for answer in answers if place.method in {"PUT", "POST", "PATCH"} and answer.status < 300]
    if not written or place.path == "/batch":
        return
    path = place.path.format(n="", own=OWN, others=OTHERS)
    entries = world.mallory.get(path if place.method == "POST" else path.rpartition("/")[0]).json()["data"]
    stored = {entry["id"]: entry for entry in entries}
    template = place.leaves if place.leaves is not None else place.body.get("data", {})
    for answer in written:
        expected = put_in(dict(template), answer.word, answer.number)
        entry = stored[answer.body["data"]["id"]]
        kept = {name: entry.get(name) for name in expected}
        assert json.dumps(kept, sort_keys=True) == json.dumps(expected, sort_keys=True), answer
        for principal in place.body.get("permissions", {}).get("read", []) if isinstance(place.body, dict) else []:
            assert put_in(principal, answer.word, answer.number) in answer.body["permissions"]["read"]


@pytest.mark.parametrize("name", PLACES)
def test_an_operator_is_a_word(world: World, name: str) -> None:
    """Wherever an operator is put, what is stored is there to the letter, or the answer is a clear 4xx.

    Nothing is found that does not hold the word itself, and nobody else's objects are shown or changed.
    """
    place = PLACES[name]
    if place.path.partition("?")[0] in {"/batch", "/session"}:  # which stand in no batch
        answers = list(sent_alone(world, place, SHARPEST))
    else:
        words = OPERATORS if name in THOROUGH else SHARPEST
        answers = [*sent_alone(world, place, SHARPEST[:2]), *sent_in_batches(world, place, words)]
    for answer in answers:
        check(place, answer)
    check_left(world, place, answers)
    assert world.untouched == world.before


@pytest.mark.parametrize("word", SHARPEST)
def test_an_operator_is_a_name_of_a_user(world: World, word: str) -> None:
    """Whoever calls themself by an operator is a user as any other, and sees nothing of anybody else."""
    with httpx.Client(base_url=world.mallory.base_url, auth=(word, word), timeout=60, trust_env=False) as client:
        user = client.get("/").json()["user"]["id"]
        assert client.get("/buckets").json() == {"data": []}
        answer = client.put("/buckets/default/collections/c/records/r", json={"data": {word: word}})
        assert answer.json()["permissions"] == {"write": [user]}
        assert answer.json()["data"][word] == word
        assert client.get(f"{OTHERS}/collections/c/records").status_code == 403
    assert world.untouched == world.before


def test_the_thorough_places_are_there() -> None:
    """No place is renamed without its thorough test."""
    assert PLACES.keys() >= THOROUGH


def test_every_route_has_a_place() -> None:
    """A route that takes something from a user is among the places, in its path or below it."""

    def shape(path: str) -> list[str]:
        return path.partition("?")[0].strip("/").split("/")

    placed = [shape(place.path.replace("{own}", OWN).replace("{others}", OTHERS)) for place in PLACES.values()]
    for route in ROUTES:
        if route.path not in UNREACHED:
            pattern = shape(route.path)
            fits = [
                len(path) == len(pattern)
                and all(step.startswith("{") or step == given for step, given in zip(pattern, path, strict=True))
                for path in placed
            ]
            assert any(fits), route.path
