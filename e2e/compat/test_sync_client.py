"""The sync client with our server and with the real Kinto: it asks for nothing that only ours can do."""

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import kintoun_sync
import pytest
from kintoun_sync import MINE, Collection, Failure, Patience, Request, Response, Store
from kintoun_sync.transport import HttpTransport

from e2e.compat.reference_server import ReferenceServer

Open = Callable[..., Store]
_PASSWORD = "secret"


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the real Kinto, with the version."""
    interpreter = os.environ.get("REFERENCE_PYTHON")
    assert interpreter, "set REFERENCE_PYTHON to the Python of an environment that has Kinto; nox -s clients does"
    with asyncio.Runner() as runner:
        server = ReferenceServer(tmp_path_factory.mktemp("reference"), Path(interpreter))
        try:
            runner.run(server.start())
            yield f"{server.url}/v1"
        finally:
            runner.run(server.kill())


@pytest.fixture(params=["remote", "reference"])
def server(request: pytest.FixtureRequest) -> str:
    """Address of ours, and then of the other one."""
    address: str = request.getfixturevalue(request.param)
    return address


@pytest.fixture
def people(fresh: Callable[[str], str]) -> tuple[str, str]:
    """Names of two people whom no server has seen."""
    return fresh("alice"), fresh("bob")


@pytest.fixture
def open_store(server: str, tmp_path: Path) -> Iterator[Open]:
    """Open stores, each by the name of its device and of its user."""
    opened: list[Store] = []

    def open_one(device: str, user: str, **options: Any) -> Store:  # noqa: ANN401 - those of a store
        patience = Patience(first_pause=0.0)
        path = tmp_path / f"{device}.db"
        opened.append(kintoun_sync.open(path, server, (user, _PASSWORD), patience=patience, **options))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


def held(tasks: Collection) -> dict[str, dict[str, Any]]:
    """What a device shows, by id."""
    return {record.id: dict(record) for record in tasks}


def ask(server: str, user: str, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - any JSON
    """Ask the server for something past all stores, as somebody."""
    answer = httpx2.request(method, server + path, json=body, auth=(user, _PASSWORD), timeout=30)
    assert answer.status_code < 300, answer.text
    return answer.json()


def stored(server: str, user: str, bucket: str = "default") -> dict[str, dict[str, Any]]:
    """What the server has of the tasks, by id."""
    found = ask(server, user, "GET", f"/buckets/{bucket}/collections/tasks/records")["data"]
    return {
        entry["id"]: {name: value for name, value in entry.items() if name not in ("id", "last_modified")}
        for entry in found
    }


def test_two_devices_agree(server: str, people: tuple[str, str], open_store: Open) -> None:
    """Edits of different fields, of the same field, removed fields and deletions: as the README has it, with both."""
    alice, _ = people
    phone, laptop = open_store("phone", alice), open_store("laptop", alice)
    here, there = phone.collection("tasks"), laptop.collection("tasks")
    for name in ("both", "clash", "gone-there", "gone-here", "removed", "untouched"):
        here.create({"title": name, "note": "old"}, id=name)
    phone.sync()
    laptop.sync()
    assert held(there) == held(here)
    here.update("both", title="here")
    there.update("both", note="there")
    here.update("clash", title="here")
    there.update("clash", title="there")
    here.delete("gone-there")
    there.update("gone-there", title="typed there")
    here.update("gone-here", title="typed here")
    there.delete("gone-here")
    here.update("removed", note=kintoun_sync.REMOVED)
    there.create({"title": "new"}, id="new")
    for store in (phone, laptop, phone, laptop):
        store.sync()
    assert held(here) == held(there) == stored(server, alice)
    assert held(here) == {
        "both": {"title": "here", "note": "there"},
        "clash": {"title": "here", "note": "old"},
        "gone-here": {"title": "typed here", "note": "old"},
        "removed": {"title": "removed"},
        "untouched": {"title": "untouched", "note": "old"},
        "new": {"title": "new"},
    }
    assert {(one.id, one.field) for one in laptop.conflicts()} == {("clash", "title"), ("gone-there", None)}
    assert phone.waiting == laptop.waiting == 0
    for conflict in laptop.conflicts():
        conflict.resolve(MINE)
    for store in (laptop, phone):
        store.sync()
    assert held(here) == held(there) == stored(server, alice)
    assert held(here)["clash"]["title"] == "there"
    assert held(here)["gone-there"] == {"title": "typed there", "note": "old"}


def test_many_records(server: str, people: tuple[str, str], open_store: Open) -> None:
    """More records than a batch or a page takes go to the server and come to another device."""
    alice, _ = people
    phone, laptop = open_store("phone", alice), open_store("laptop", alice)
    with phone.transaction():
        for number in range(1100):
            phone.collection("tasks").create({"order": number})
    assert phone.sync().pushed.created == 1100
    laptop.collection("tasks")
    assert laptop.sync().pulled.created == 1100
    assert held(laptop.collection("tasks")) == held(phone.collection("tasks"))
    phone.sync()
    assert phone.sync().requests == 1, "a sync without news is one request"
    assert len(stored(server, alice)) == 1100


class Losing:
    """A transport that loses the n-th answer."""

    def __init__(self, server: str, user: str, at: int) -> None:
        self._transport = HttpTransport(server, (user, _PASSWORD))
        self._left = at

    def send(self, request: Request) -> Response | Failure:
        """Send a request."""
        answer = self._transport.send(request)
        self._left -= 1
        return Failure("lost") if self._left == 0 else answer

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


@pytest.mark.parametrize("at", range(1, 6))
def test_lost_answers(at: int, server: str, people: tuple[str, str], open_store: Open) -> None:
    """A request whose answer was lost is repeated, and nothing is done twice, also when it is edited meanwhile."""
    alice, _ = people
    first = open_store("phone", alice)
    for name in ("changed", "deleted"):
        first.collection("tasks").create({"title": name}, id=name)
    first.sync()
    phone = open_store("phone", alice, transport=Losing(server, alice, at))
    tasks = phone.collection("tasks")
    tasks.update("changed", title="typed")
    tasks.delete("deleted")
    tasks.create({"title": "new"}, id="new")
    phone.sync()
    tasks.update("new", title="newer")
    phone.sync()
    assert held(tasks) == stored(server, alice) == {"changed": {"title": "typed"}, "new": {"title": "newer"}}
    assert not phone.conflicts()
    assert not phone.journal()


class Shared:
    """A list of Alice's with three tasks, and Bob, to whom rights are given and from whom they are taken."""

    def __init__(self, server: str, people: tuple[str, str], open_store: Open, bucket: str) -> None:
        self._server = server
        self.owner, guest = people
        self.bucket = bucket
        self._guest_id = ask(server, guest, "GET", "/")["user"]["id"]
        self._path = f"/buckets/{bucket}/collections/tasks"
        ask(server, self.owner, "PUT", f"/buckets/{bucket}")
        ask(server, self.owner, "PUT", self._path)
        self.alice, self.bob = open_store("alice", self.owner), open_store("bob", guest)
        self.of_alice = self.alice.collection("tasks", bucket=bucket)
        self.of_bob = self.bob.collection("tasks", bucket=bucket)
        for name in ("one", "two", "three"):
            self.of_alice.create({"title": name}, id=name)
        self.alice.sync()

    def permit(self, right: str, record: str | None = None, *, take: bool = False) -> None:
        """Give Bob a right to a task or to all, or take it away."""
        path = self._path if record is None else f"{self._path}/records/{record}"
        ask(self._server, self.owner, "PATCH", path, {"permissions": {right: [] if take else [self._guest_id]}})


@pytest.fixture
def shared(server: str, people: tuple[str, str], open_store: Open, fresh: Callable[[str], str]) -> Shared:
    """A list of Alice's, and Bob."""
    return Shared(server, people, open_store, fresh("shared"))


def test_a_shared_list(server: str, shared: Shared) -> None:
    """Both work on it, and their edits are merged."""
    shared.permit("write")
    shared.bob.sync()
    assert set(held(shared.of_bob)) == {"one", "two", "three"}
    shared.of_bob.update("one", by="Bob")
    shared.of_alice.update("one", title="by Alice")
    for store in (shared.bob, shared.alice, shared.bob):
        store.sync()
    assert held(shared.of_alice) == held(shared.of_bob) == stored(server, shared.owner, shared.bucket)
    assert held(shared.of_bob)["one"] == {"title": "by Alice", "by": "Bob"}


def test_rights_to_single_tasks(shared: Shared) -> None:
    """What is shared arrives, what may only be read is put back, and what is withdrawn leaves."""
    shared.permit("read", "one")
    shared.permit("write", "two")
    shared.bob.sync()
    assert set(held(shared.of_bob)) == {"one", "two"}
    shared.of_bob.update("one", title="by Bob")
    shared.of_bob.update("two", title="by Bob")
    report = shared.bob.sync()
    assert [(lost.id, lost.lost) for lost in report.put_back] == [("one", {"title": "by Bob"})]
    assert held(shared.of_bob) == {"one": {"title": "one"}, "two": {"title": "by Bob"}}
    shared.of_bob.update("two", title="not sent")
    shared.permit("write", "two", take=True)
    shared.bob.sync()
    assert held(shared.of_bob) == {"one": {"title": "one"}}
    assert [(conflict.id, conflict.mine) for conflict in shared.bob.conflicts()] == [("two", {"title": "not sent"})]


def test_rights_to_all_tasks(shared: Shared) -> None:
    """They leave when the right is withdrawn, an edit that was not sent is asked for, and they come back with it."""
    shared.permit("write")
    shared.bob.sync()
    shared.of_bob.update("one", title="not sent")
    shared.permit("write", take=True)
    shared.bob.sync()
    assert not held(shared.of_bob)
    assert [conflict.mine for conflict in shared.bob.conflicts()] == [{"title": "not sent"}]
    assert shared.bob.waiting == 0
    shared.permit("write")
    shared.bob.sync()
    assert set(held(shared.of_bob)) == {"one", "two", "three"}
