"""Erasing everything: the endpoint for test servers, and the command; protocol section 26."""

import os
import pty
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Command

Start = Callable[..., "Command"]

RECORD = "/v1/buckets/default/collections/tasks/records/first"


@pytest.fixture
def client(serve: Callable[..., str]) -> Iterator[httpx.Client]:
    """Alice, on a server that can be flushed."""
    with httpx.Client(
        base_url=serve(flush_endpoint_enabled=True, account_create_principals=["system.Everyone"]),
        auth=("alice", "secret"),
        timeout=60,
    ) as alice:
        yield alice


@pytest.fixture
def served(command: Start, tmp_path: Path) -> "Command":
    """A server on the folder `tmp_path / "data"`, with one record of Alice."""
    server: Command = command("serve", "--port", "0", "--data", str(tmp_path / "data"))
    assert httpx.put(server.root + RECORD, auth=("alice", "secret"), timeout=60).status_code == 201
    return server


def test_everything_is_erased(client: httpx.Client) -> None:
    """It answers 202 and an empty object to anybody; what was there is not there, and the list has another ETag."""
    client.put(RECORD)
    before = client.get("/v1/buckets")
    answer = httpx.post(f"{client.base_url}/v1/__flush__")
    assert (answer.status_code, answer.json()) == (202, {})
    after = client.get("/v1/buckets", headers={"If-None-Match": before.headers["etag"]})
    assert (after.status_code, after.json()) == (200, {"data": []})
    assert int(after.headers["etag"].strip('"')) > int(before.headers["etag"].strip('"'))
    assert client.get(RECORD).status_code == 404
    assert client.put(RECORD).status_code == 201


def test_accounts_are_erased_too(client: httpx.Client) -> None:
    """Whoever had an account is nobody at once, however lately the password was verified, and the name is free."""
    path, body = "/v1/accounts/erased", {"data": {"password": "first-password"}}
    first, second = ("erased", "first-password"), ("erased", "second-password")
    made = client.put(path, json=body, auth=first)
    assert made.status_code == 201, made.text
    assert client.get("/v1/", auth=first).json()["user"]["id"] == "account:erased"
    assert client.post("/v1/__flush__", auth=second).status_code == 202
    assert client.get("/v1/", auth=first).json().get("user", {}).get("id") != "account:erased"
    body["data"]["password"] = second[1]
    assert client.put(path, json=body, auth=second).status_code == 201
    assert client.get(path, auth=second).status_code == 200
    assert client.get(path, auth=first).status_code == 401
    assert "user" not in client.get("/v1/", auth=first).json()


def test_only_post_erases(client: httpx.Client) -> None:
    """Another method is 405 and erases nothing; the capability is told."""
    client.put(RECORD)
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        answer = client.request(method, "/v1/__flush__")
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST, OPTIONS")
    assert client.get(RECORD).status_code == 200
    assert "flush_endpoint" in client.get("/v1/").json()["capabilities"]


def test_it_is_not_there_by_default(alice: httpx.Client, record: str) -> None:
    """Without the setting there is no such route, and no such capability."""
    answer = alice.post("/__flush__")
    assert (answer.status_code, answer.json()["errno"]) == (404, 111)
    assert alice.get(record).status_code == 200
    assert "flush_endpoint" not in alice.get("/").json()["capabilities"]


def test_the_start_warns(command: Start, mongod: str) -> None:
    """Whoever has switched it on reads at the start what that means; without it nothing is said."""
    environ = {"KINTOUN_MONGODB_DATABASE": "flush_warns", "KINTOUN_USERID_HMAC_SECRET": "s"}
    server = command("serve", "--port", "0", "--mongodb-uri", mongod, **environ, KINTOUN_FLUSH_ENDPOINT_ENABLED="true")
    assert server.root
    assert "ERASE EVERYTHING" in server.said
    server = command("serve", "--port", "0", "--mongodb-uri", mongod, **environ)
    assert server.root
    assert "ERASE" not in server.said


def test_a_path_without_version_is_redirected_with_method_and_body(client: httpx.Client) -> None:
    """Clients that know no version flush too: 307 keeps the method and the body."""
    client.put(RECORD)
    redirected = client.post("/__flush__", content=b"{}")
    assert (redirected.status_code, redirected.headers["location"]) == (307, f"{client.base_url}/v1/__flush__")
    assert client.post("/__flush__", follow_redirects=True).status_code == 202
    made = client.put(RECORD.removeprefix("/v1"), json={"data": {"title": "kept"}}, follow_redirects=True)
    assert (made.status_code, made.json()["data"]["title"]) == (201, "kept")


def test_nobody_gets_a_500_beside_it(client: httpx.Client) -> None:
    """People go on to write and to read while everything is erased again and again; they are answered as ever."""
    over = threading.Event()
    statuses: list[int] = []

    def live(name: str) -> None:
        with httpx.Client(base_url=client.base_url, auth=(name, "secret"), timeout=60) as person:
            while not over.is_set():
                statuses.append(person.put(RECORD, json={"data": {"title": name}}).status_code)
                statuses.append(person.get(RECORD.rpartition("/")[0]).status_code)
                statuses.append(person.delete("/v1/buckets").status_code)

    people = [threading.Thread(target=live, args=(f"user{number}",)) for number in range(4)]
    for person in people:
        person.start()
    try:
        flushed = {client.post("/v1/__flush__").status_code for _ in range(20)}
    finally:
        over.set()
        for person in people:
            person.join()
    assert flushed == {202}
    assert statuses
    assert set(statuses) <= {200, 201, 404}


def test_the_command_erases_beside_a_server(command: Start, served: "Command", tmp_path: Path) -> None:
    """With --yes it erases in the database of a running server, says what that was, and the server goes on."""
    flushed = command("flush", "--yes", "--data", str(tmp_path / "data"))
    assert flushed.ends() == 0, flushed.said
    assert flushed.printed == f"Erased from {tmp_path / 'data'}: 1 bucket, 1 collection, 1 record\n"
    assert httpx.get(f"{served.root}/v1/buckets", auth=("alice", "secret"), timeout=60).json() == {"data": []}
    assert served.stop() == 0
    assert "Traceback" not in served.said + flushed.said


def test_the_command_erases_without_a_server(command: Start, served: "Command", tmp_path: Path) -> None:
    """It starts mongod on the data folder and stops it again; the secrets stay, and a second time there is nothing."""
    assert served.stop() == 0
    for found in ("1 bucket, 1 collection, 1 record", "nothing, as it was empty"):
        flushed = command("flush", "--yes", "--data", str(tmp_path / "data"))
        assert flushed.ends() == 0, flushed.said
        assert flushed.printed.endswith(f": {found}\n")
    assert (tmp_path / "data" / "database" / "mongod.lock").read_text() == ""
    assert (tmp_path / "data" / "secrets.toml").exists()


def test_the_command_erases_by_uri(command: Start, mongod: str, serve: Callable[..., str]) -> None:
    """With --mongodb-uri it erases that database, and tells of it without the password."""
    root = serve(mongodb_database="flush_by_uri")
    httpx.put(root + RECORD, auth=("alice", "secret")).raise_for_status()
    environ = {"KINTOUN_MONGODB_DATABASE": "flush_by_uri", "KINTOUN_USERID_HMAC_SECRET": "s"}
    flushed = command("flush", "--yes", "--mongodb-uri", mongod, **environ)
    assert flushed.ends() == 0, flushed.said
    assert flushed.printed.endswith(": 1 bucket, 1 collection, 1 record\n")
    assert httpx.get(f"{root}/v1/buckets", auth=("alice", "secret")).json() == {"data": []}


def test_the_command_does_nothing_unasked(command: Start, served: "Command", tmp_path: Path) -> None:
    """Where nobody can say yes, it ends with the status of wrong usage, and nothing is erased."""
    flushed = command("flush", "--data", str(tmp_path / "data"))
    assert flushed.ends() == 2
    assert flushed.said == "kintoun-server: Nothing is erased without a yes: run flush at a terminal, or with --yes.\n"
    assert httpx.get(served.root + RECORD, auth=("alice", "secret"), timeout=60).status_code == 200


@pytest.mark.parametrize(("typed", "status", "found"), [("yes\n", 0, 404), ("y\n", 1, 200), ("\n", 1, 200)])
def test_the_command_asks_at_a_terminal(served: "Command", tmp_path: Path, typed: str, status: int, found: int) -> None:
    """At a terminal the question names what would be erased, and only the whole word is a yes."""
    controller, terminal = pty.openpty()
    try:
        os.write(controller, typed.encode())
        done = subprocess.run(
            [sys.executable, "-m", "kintoun_server", "flush", "--data", str(tmp_path / "data")],
            stdin=terminal,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(controller)
        os.close(terminal)
    assert done.returncode == status, done.stderr
    assert f"This erases EVERYTHING of all users in {tmp_path / 'data'}. Type yes to go on: " in done.stderr
    assert httpx.get(served.root + RECORD, auth=("alice", "secret"), timeout=60).status_code == found


def test_the_command_makes_no_database(command: Start, tmp_path: Path) -> None:
    """On a folder without a database it says so, and leaves the disk as it is."""
    flushed = command("flush", "--yes", "--data", str(tmp_path / "data"))
    assert flushed.ends() == 1
    assert f"no database is in {tmp_path / 'data'}" in flushed.said
    assert not (tmp_path / "data").exists()
