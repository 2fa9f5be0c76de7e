"""Several processes on one file."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import httpx2
from kintoun_sync import ChangeKind, Store
from tests.devices import check_converged, held

Devices = Callable[..., Store]
Http = Callable[[str], httpx2.Client]
ROOT = Path(__file__).parents[2]


def start(path: Path, server: str, user: str, what: str, number: int) -> subprocess.Popen[str]:
    """Start another process on a file."""
    environ = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "sync_client")])}
    command = [sys.executable, "-W", "error", "-m", "tests.another_process", str(path), server, user, what, str(number)]
    return subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> None:
    """Wait for its end, which must be a good one."""
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors


def test_processes_write_and_synchronise_at_once(
    device: Devices, http: Http, server: str, tmp_path: Path, alice: str
) -> None:
    """Four programs on one file, three of which synchronise: nothing is lost, and nothing in conflict."""
    store = device("shared", alice)
    tasks = store.collection("tasks")
    tasks.create({}, id="counter")
    store.sync()
    number = 8
    whats = ["sync-a", "sync-b", "sync-c", "write"]
    running = [start(tmp_path / "shared.db", server, alice, what, number) for what in whats]
    for process in running:
        finish(process)
    check_converged([store], http(alice))
    assert len(tasks) == 1 + number * len(whats)
    assert tasks["counter"] == {f"{what}-{index}": index for what in whats for index in range(number)}
    assert not store.conflicts()


def test_a_watch_sees_other_processes(device: Devices, server: str, tmp_path: Path, alice: str) -> None:
    """What another program writes is told here."""
    store = device("shared", alice)
    tasks = store.collection("tasks")
    tasks.create({}, id="counter")
    watch = tasks.watch(timeout=60)
    process = start(tmp_path / "shared.db", server, alice, "write", 1)
    first, second = next(watch), next(watch)
    finish(process)
    assert first.kind is ChangeKind.CREATED
    assert first.record == {"order": 0, "by": "write"}
    assert (second.id, second.kind) == ("counter", ChangeKind.UPDATED)


def test_a_creation_survives_the_end_of_the_program(device: Devices, http: Http, tmp_path: Path, alice: str) -> None:
    """Written offline, killed, opened again, synchronised: it is on the server."""
    process = start(tmp_path / "shared.db", "http://127.0.0.1:9/v1", alice, "crash", 5)
    process.communicate(timeout=60)
    assert process.returncode != 0, "it has no record `counter` to update"
    store = device("shared", alice)
    check_converged([store], http(alice))
    assert list(held(store.collection("tasks")).values()) == [{"order": 0, "by": "crash"}]


def test_threads_share_a_store(device: Devices, http: Http, alice: str) -> None:
    """Edits of several threads while a sync is under way are all there in the end."""
    store = device("shared", alice)
    tasks = store.collection("tasks")
    tasks.create({}, id="counter")

    def write(name: str) -> None:
        for index in range(20):
            tasks.update("counter", {f"{name}-{index}": index})

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        store.sync()
    check_converged([store], http(alice))
    assert len(tasks["counter"]) == 60
    assert not store.conflicts()
