"""The command `create-user`: makes accounts, also while a server runs, and resets their passwords."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Command

Start = Callable[..., "Command"]
PASSWORD = "correct horse battery"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file with the password in its first line."""
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\nanother line\n")
    return file


@pytest.fixture
def data(tmp_path: Path) -> str:
    """A data folder that is not there yet."""
    return str(tmp_path / "data")


@pytest.fixture
def served(command: Start, data: str) -> Iterator[httpx.Client]:
    """A server that runs on the data folder."""
    server: Command = command("serve", "--port", "0", "--data", data)
    with httpx.Client(base_url=f"{server.root}/v1", timeout=30, trust_env=False) as client:
        yield client
    assert server.stop() == 0


def user(client: httpx.Client, name: str, password: str) -> str | None:
    """The user id in the hello view, None when it names no user."""
    found = client.get("/", auth=(name, password)).json().get("user", {}).get("id")
    assert found is None or isinstance(found, str)
    return found


def test_an_account_is_made_beside_a_server(command: Start, served: httpx.Client, data: str, secret: Path) -> None:
    """The running server knows the account at once, though it had just known a Basic user of that name."""
    assert str(user(served, "alice", PASSWORD)).startswith("basicauth_")
    made = command("create-user", "Alice", "--data", data, "--password-file", str(secret))
    assert made.ends() == 0, made.said
    assert made.printed == "The account alice is created.\n"
    assert user(served, "alice", PASSWORD) == "account:alice"
    answer = served.get("/accounts/alice", auth=("alice", PASSWORD)).json()
    assert answer["permissions"] == {"write": ["account:alice"]}


def test_a_password_is_reset_beside_a_server(command: Start, served: httpx.Client, data: str, secret: Path) -> None:
    """With `--reset` the password is another one, attributes stay, and without it nothing changes."""
    made = {"data": {"password": "the first one", "age": 3}}
    assert served.put("/accounts/alice", json=made).status_code == 201
    assert user(served, "alice", "the first one") == "account:alice"
    refused = command("create-user", "alice", "--data", data, "--password-file", str(secret))
    assert refused.ends() == 1
    assert refused.said == "kintoun-server: The account alice exists already: --reset gives it a new password.\n"
    assert user(served, "alice", "the first one") == "account:alice"
    reset = command("create-user", "alice", "--reset", "--data", data, "--password-file", str(secret))
    assert (reset.ends(), reset.printed) == (0, "The account alice has a new password.\n")
    assert user(served, "alice", "the first one") is None
    assert served.get("/accounts/alice", auth=("alice", PASSWORD)).json()["data"]["age"] == 3


def test_an_account_is_made_before_the_first_start(command: Start, data: str, secret: Path) -> None:
    """The data folder is made where there is none, and the server starts with the account; deleted ones come back."""
    for _ in range(2):
        made = command("create-user", "admin", "--data", data, "--password-file", str(secret))
        assert made.ends() == 0, made.said
        server = command("serve", "--port", "0", "--data", data)
        with httpx.Client(base_url=f"{server.root}/v1", timeout=30, trust_env=False) as client:
            assert user(client, "admin", PASSWORD) == "account:admin"
            assert client.delete("/accounts/admin", auth=("admin", PASSWORD)).status_code == 200
        assert server.stop() == 0


def test_an_account_is_made_by_a_uri(command: Start, mongod: str, serve: Callable[..., str], secret: Path) -> None:
    """With `--mongodb-uri` it is that database."""
    root = serve(mongodb_database="create_user")
    environ = {"KINTOUN_USERID_HMAC_SECRET": "x", "KINTOUN_MONGODB_DATABASE": "create_user"}
    made = command("create-user", "bob", "--mongodb-uri", mongod, "--password-file", str(secret), **environ)
    assert made.ends() == 0, made.said
    with httpx.Client(base_url=f"{root}/v1", trust_env=False) as client:
        assert user(client, "bob", PASSWORD) == "account:bob"


@pytest.mark.parametrize(
    ("arguments", "content", "reason"),
    [
        (["a b"], PASSWORD, "'a b' cannot be the name of an account"),
        (["../x"], PASSWORD, "cannot be the name of an account"),
        (["alice"], "short\n", "The password must have at least 8 characters."),
        (["alice"], "", "The password must have at least 8 characters."),
        (["alice"], b"\xff" * 10, "is not UTF-8."),
        (["alice", "--reset"], PASSWORD, "There is no account alice: without --reset it is created."),
        (["alice"], None, "The password cannot be read from"),
    ],
)
def test_what_cannot_be_done(
    cannot: Callable[..., "Command"], arguments: list[str], content: str | bytes | None, reason: str
) -> None:
    """It is said in one line without the password."""
    refused = cannot(arguments, content)
    assert refused.ends() == 1
    assert reason in refused.said
    assert refused.said.count("\n") == 1
    assert PASSWORD not in refused.said


@pytest.fixture
def cannot(command: Start, mongod: str, tmp_path: Path) -> Callable[..., "Command"]:
    """Runs the command with this content in the password file, none for None."""
    file = tmp_path / "password"
    environ = {"KINTOUN_USERID_HMAC_SECRET": "x", "KINTOUN_MONGODB_DATABASE": "create_user_fails"}

    def run(arguments: list[str], content: str | bytes | None) -> "Command":
        if content is not None:
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        database = ("--mongodb-uri", mongod, "--password-file", str(file))
        made: Command = command("create-user", *arguments, *database, **environ)
        return made

    return run


def test_nothing_is_made_in_memory(command: Start, data: str, secret: Path, tmp_path: Path) -> None:
    """Where no mongod is, an account would end with the command."""
    (tmp_path / "fiftyone").mkdir()
    (tmp_path / "fiftyone" / "__init__.py").touch()
    environ = {"PATH": str(tmp_path), "PYTHONPATH": str(tmp_path), "KINTOUN_MONGOD": ""}
    refused = command("create-user", "alice", "--data", data, "--password-file", str(secret), **environ)
    assert refused.ends() == 1
    assert "No mongod was found, and an account in the memory of this command would end with it." in refused.said


def run(arguments: list[str], environ: dict[str, str], **options: object) -> "subprocess.CompletedProcess[str]":
    """Run the command with an input."""
    program = [sys.executable, "-m", "kintoun_server", "create-user", *arguments]
    found: subprocess.CompletedProcess[str] = subprocess.run(  # type: ignore[call-overload]
        program, env={**os.environ, **environ}, check=False, text=True, capture_output=True, timeout=60, **options
    )
    return found


def test_the_password_comes_from_a_pipe(mongod: str, serve: Callable[..., str]) -> None:
    """Where standard input is no terminal the password is its first line."""
    root = serve(mongodb_database="create_user_pipe")
    environ = {"KINTOUN_USERID_HMAC_SECRET": "x", "KINTOUN_MONGODB_DATABASE": "create_user_pipe"}
    done = run(["carol", "--mongodb-uri", mongod], environ, input=f"{PASSWORD}\r\nmore\n")
    assert (done.returncode, done.stdout) == (0, "The account carol is created.\n"), done.stderr
    with httpx.Client(base_url=f"{root}/v1", trust_env=False) as client:
        assert user(client, "carol", PASSWORD) == "account:carol"


def test_the_password_is_asked_for_at_a_terminal(mongod: str, serve: Callable[..., str]) -> None:
    """At a terminal it is asked for twice, without an echo."""
    root = serve(mongodb_database="create_user_terminal")
    environ = {"KINTOUN_USERID_HMAC_SECRET": "x", "KINTOUN_MONGODB_DATABASE": "create_user_terminal"}
    process, terminal = pty.fork()
    if process == 0:  # the child, whose terminal it is
        arguments = ["-m", "kintoun_server", "create-user", "dave", "--mongodb-uri", mongod]
        os.execve(  # noqa: S606 - no shell is wanted
            sys.executable, [sys.executable, *arguments], {**os.environ, **environ}
        )
    shown = b""
    for prompt in (b"Password of dave: ", b"The same again: "):
        while prompt not in shown:
            shown += os.read(terminal, 1024)
        os.write(terminal, f"{PASSWORD}\n".encode())
    while b"is created." not in shown:
        shown += os.read(terminal, 1024)
    assert os.waitpid(process, 0)[1] == 0
    os.close(terminal)
    assert PASSWORD.encode() not in shown
    with httpx.Client(base_url=f"{root}/v1", trust_env=False) as client:
        assert user(client, "dave", PASSWORD) == "account:dave"
