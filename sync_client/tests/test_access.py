"""Rights that are missing or withdrawn, credentials that are wrong, servers that have forgotten."""

from collections.abc import Callable
from pathlib import Path

import httpx2
import kintoun_sync
import pytest
from kintoun_sync import MINE, AuthenticationError, NoServerError, NoteKind, Store, WrongAccountError
from tests.devices import check_converged, held, stored

Devices = Callable[..., Store]
Http = Callable[[str], httpx2.Client]


class Shared:
    """A bucket of Alice with a list of tasks, some of which Bob may see or change."""

    def __init__(self, device: Devices, http: Http, alice: str, bob: str) -> None:
        self.bucket = f"bucket-of-{alice}"
        self.alice_http, self.bob_http = http(alice), http(bob)
        self.bob_id = self.bob_http.get("/").json()["user"]["id"]
        self.collection = f"/buckets/{self.bucket}/collections/tasks"
        for path in (f"/buckets/{self.bucket}", self.collection):
            self.alice_http.put(path).raise_for_status()
        self.alice, self.bob = device("alice", alice), device("bob", bob)
        self.of_alice = self.alice.collection("tasks", bucket=self.bucket)
        self.of_bob = self.bob.collection("tasks", bucket=self.bucket)
        for name in ("one", "two", "three"):
            self.of_alice.create({"title": name}, id=name)
        self.alice.sync()

    def give(self, right: str, *names: str) -> None:
        """Give Bob a right to some tasks."""
        for name in names:
            self._change(f"{self.collection}/records/{name}", right, [self.bob_id])

    def take(self, right: str, *names: str) -> None:
        """Take it away."""
        for name in names:
            self._change(f"{self.collection}/records/{name}", right, [])

    def give_all(self, right: str, principals: list[str]) -> None:
        """Give a right to the whole collection."""
        self._change(self.collection, right, principals)

    def _change(self, path: str, right: str, principals: list[str]) -> None:
        self.alice_http.patch(path, json={"permissions": {right: principals}}).raise_for_status()


@pytest.fixture
def shared(device: Devices, http: Http, alice: str, bob: str) -> Shared:
    """A bucket of Alice, and Bob."""
    return Shared(device, http, alice, bob)


def test_only_what_is_shared_comes(shared: Shared) -> None:
    """Bob has the tasks that he may read, and a change of one that he may not does not disturb him."""
    shared.give("read", "one", "two")
    shared.bob.sync()
    assert set(held(shared.of_bob)) == {"one", "two"}
    shared.of_alice.update("three", title="secret")
    shared.alice.sync()
    report = shared.bob.sync()
    assert report.pulled.total == 0
    assert not report.resynced


def test_withdrawn_access(shared: Shared) -> None:
    """What Bob may no longer read leaves his device; what he had edited is kept as a question."""
    shared.give("write", "one", "two")
    shared.bob.sync()
    shared.of_bob.update("one", title="by Bob")
    shared.take("write", "one", "two")
    report = shared.bob.sync()
    assert not held(shared.of_bob)
    assert report.pulled.deleted == 2
    (conflict,) = shared.bob.conflicts()
    assert (conflict.id, conflict.field, conflict.mine) == ("one", None, {"title": "by Bob"})
    conflict.resolve(MINE)
    report = shared.bob.sync()
    assert [lost.lost for lost in report.put_back] == [{"title": "by Bob"}]
    assert shared.bob.waiting == 0
    assert shared.of_bob.journal()[0].kind is NoteKind.PUT_BACK
    assert stored(shared.alice_http, bucket=shared.bucket)["one"] == {"title": "one"}


def test_access_to_the_whole_collection_is_withdrawn(shared: Shared) -> None:
    """All tasks leave, unsent ones become questions, and other collections of the store are synchronised."""
    shared.give_all("write", [shared.bob_id])
    shared.bob.sync()
    assert len(shared.of_bob) == 3
    shared.of_bob.update("one", title="by Bob")
    shared.of_bob.create({"title": "new"}, id="new")
    own = shared.bob.collection("own")
    own.create({"title": "mine alone"})
    shared.give_all("write", [])
    report = shared.bob.sync()
    assert [problem.status for problem in report.withdrawn] == [403]
    assert not held(shared.of_bob)
    assert {conflict.id: conflict.mine["title"] for conflict in shared.bob.conflicts()} == {
        "one": "by Bob",
        "new": "new",
    }
    assert report.pushed.created == 1
    assert shared.bob.waiting == 0
    shared.give_all("write", [shared.bob_id])
    shared.bob.sync()
    assert len(shared.of_bob) == 3


def test_a_tombstone_is_the_last_that_may_be_read(shared: Shared) -> None:
    """The list is withdrawn, the one task with a right of its own is deleted: all tasks leave, not that one alone."""
    shared.give_all("read", [shared.bob_id])
    shared.bob.sync()
    shared.give("write", "one")
    shared.give_all("read", [])
    shared.of_alice.delete("one")
    shared.alice.sync()
    shared.bob.sync()
    assert not held(shared.of_bob)


def test_a_group_lets_in_and_out(shared: Shared) -> None:
    """Older tasks arrive when Bob joins a group, and leave when he leaves it, though no task has changed."""
    group = f"/buckets/{shared.bucket}/groups/friends"
    shared.alice_http.put(group, json={"data": {"members": []}}).raise_for_status()
    shared.give("read", "one")
    shared.give_all("read", [group])
    shared.bob.sync()
    assert set(held(shared.of_bob)) == {"one"}
    shared.alice_http.patch(group, json={"data": {"members": [shared.bob_id]}}).raise_for_status()
    shared.bob.sync()
    assert set(held(shared.of_bob)) == {"one", "two", "three"}
    shared.alice_http.patch(group, json={"data": {"members": []}}).raise_for_status()
    shared.bob.sync()
    assert set(held(shared.of_bob)) == {"one"}


def test_a_refused_change_is_put_back(shared: Shared) -> None:
    """Bob may read only: his edit and his deletion are taken back, told, and kept in the journal; others go on."""
    shared.give("read", "one", "two")
    shared.give("write", "three")
    shared.bob.sync()
    shared.of_bob.update("one", title="by Bob")
    shared.of_bob.delete("two")
    shared.of_bob.update("three", title="by Bob")
    report = shared.bob.sync()
    assert sorted((lost.id, lost.status, lost.lost) for lost in report.put_back) == [
        ("one", 403, {"title": "by Bob"}),
        ("two", 403, None),
    ]
    assert report.pushed.updated == 1
    assert not report.ok
    assert held(shared.of_bob) == {"one": {"title": "one"}, "two": {"title": "two"}, "three": {"title": "by Bob"}}
    assert sorted(entry.id for entry in shared.of_bob.journal()) == ["one", "two"]
    check_converged([shared.bob], shared.bob_http, bucket=shared.bucket)


def test_a_record_that_the_server_cannot_take(device: Devices, http: Http, alice: str) -> None:
    """It is marked with the server's message, the others go, and once it is edited it goes too."""
    store = device("phone", alice)
    tasks = store.collection("tasks")
    for number in range(7):
        tasks.create({"order": number})
    tasks.create({"wide": 2**70}, id="wide")
    report = store.sync()
    (refusal,) = report.refused
    assert (refusal.id, refusal.status) == ("wide", 400)
    assert report.pushed.created == 7
    (record,) = tasks.refused()
    assert record.refused is not None
    assert record.refused.message == refusal.message
    store.sync()
    assert store.sync().requests == 1, "it is not sent again as it is"
    tasks.update("wide", wide=2**60)
    check_converged([store], http(alice))
    assert tasks["wide"] == {"wide": 2**60}


def test_a_wrong_password(device: Devices, http: Http, alice: str) -> None:
    """It raises an error of its own and the outbox stays; with the right one all goes."""
    client = http(alice)
    client.put(f"/accounts/{alice}", json={"data": {"password": "long-secret"}}, auth=httpx2.Auth()).raise_for_status()
    with device("phone", alice, password="wrong") as store:
        store.collection("tasks").create({"title": "kept"})
        with pytest.raises(AuthenticationError):
            store.sync()
        assert store.waiting == 1
    store = device("phone", alice)
    check_converged([store], client)
    assert len(store.collection("tasks")) == 1


def test_a_password_that_changes_while_the_program_runs(device: Devices, http: Http, alice: str) -> None:
    """The server's 401 is told as such, also after a good start."""
    client = http(alice)
    client.put(f"/accounts/{alice}", json={"data": {"password": "long-secret"}}, auth=httpx2.Auth()).raise_for_status()
    store = device("phone", alice)
    store.collection("tasks").create({"title": "one"})
    store.sync()
    client.patch(f"/accounts/{alice}", json={"data": {"password": "another-one"}}).raise_for_status()
    store.collection("tasks").create({"title": "two"})
    with pytest.raises(AuthenticationError):
        store.sync()
    assert store.waiting == 1


def test_a_file_belongs_to_one_user(device: Devices, alice: str, bob: str) -> None:
    """Nobody sends the tasks of one person as another."""
    with device("phone", alice) as store:
        store.collection("tasks").create({"title": "of Alice"})
        store.sync()
        store.collection("tasks").create({"title": "not sent yet"})
    store = device("phone", bob)
    with pytest.raises(WrongAccountError):
        store.sync()
    assert store.waiting == 1


def test_a_store_without_a_server(tmp_path: Path) -> None:
    """It works, but for sync."""
    with kintoun_sync.open(tmp_path / "local.db") as store:
        store.collection("tasks").create({"title": "one"})
        with pytest.raises(NoServerError):
            store.sync()


def test_a_wiped_server(device: Devices, http: Http, alice: str) -> None:
    """What was not edited goes, what was edited is asked for, and what is new here is sent."""
    client = http(alice)
    store = device("phone", alice)
    tasks = store.collection("tasks")
    for name in ("edited", "untouched", "deleted"):
        tasks.create({"title": name}, id=name)
    store.sync()
    client.post("/__flush__").raise_for_status()
    tasks.update("edited", title="typed")
    tasks.delete("deleted")
    tasks.create({"title": "new"}, id="new")
    report = store.sync()
    assert report.resynced == ["default/tasks"]
    check_converged([store], client)
    assert set(held(tasks)) == {"new"}
    assert [(conflict.id, conflict.mine) for conflict in store.conflicts()] == [("edited", {"title": "typed"})]


def test_a_collection_that_was_made_again(device: Devices, http: Http, alice: str) -> None:
    """There are no tombstones of its former life, and the device has the records of the new one all the same."""
    client = http(alice)
    store = device("phone", alice)
    tasks = store.collection("tasks")
    for name in ("one", "two"):
        tasks.create({"title": name}, id=name)
    store.sync()
    path = "/buckets/default/collections/tasks"
    client.delete(path).raise_for_status()
    client.put(f"{path}/records/three", json={"data": {"title": "three"}}).raise_for_status()
    check_converged([store], client)
    assert set(held(tasks)) == {"three"}
