"""The command `check`: one fact a line, and status 0 only if all is well."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Command

Start = Callable[..., "Command"]


def facts(checked: "Command", status: int) -> dict[str, str]:
    """The facts by their names, after the command has ended with this status."""
    assert checked.ends() == status, checked.said + checked.printed
    return dict(line.split(": ", 1) for line in checked.printed.splitlines())


@pytest.fixture
def served(command: Start, tmp_path: Path) -> "Command":
    """A server that runs on the folder `tmp_path / "data"`."""
    server: Command = command("serve", "--port", "0", "--data", str(tmp_path / "data"))
    assert server.root
    return server


def test_a_folder_on_which_a_server_runs(command: Start, served: "Command", tmp_path: Path) -> None:
    """The mongod of the running server is asked, and the server is not disturbed."""
    found = facts(command("check", "--data", str(tmp_path / "data")), 0)
    assert found["data folder"] == f"{tmp_path / 'data'}, on which a server runs"
    assert found["database"] == "kintoun answers"
    assert found["version"].startswith("MongoDB ")
    assert found["replica set"] == "rs0"
    assert found["indexes"] == "all there"
    assert served.stop() == 0


def test_a_folder_on_which_no_server_runs(
    command: Start, served: "Command", tmp_path: Path, mongod_of: Callable[[Path], int]
) -> None:
    """Mongod is started for the check, and stopped again."""
    assert mongod_of(tmp_path / "data")
    assert served.stop() == 0
    found = facts(command("check", "--data", str(tmp_path / "data")), 0)
    assert found["data folder"] == f"{tmp_path / 'data'}, on which no server runs"
    assert (found["database"], found["indexes"]) == ("kintoun answers", "all there")
    assert (tmp_path / "data" / "database" / "mongod.lock").read_text() == ""


def test_a_folder_that_is_not_there_is_not_made(command: Start, tmp_path: Path) -> None:
    """A check looks and writes nothing."""
    found = facts(command("check", "--data", str(tmp_path / "data")), 1)
    assert found["data folder"] == f"{tmp_path / 'data'}, which `kintoun-server serve` has not made yet"
    assert not (tmp_path / "data").exists()


def test_a_machine_without_a_mongod(command: Start, tmp_path: Path) -> None:
    """The demo in memory is not well."""
    (tmp_path / "fiftyone").mkdir()
    (tmp_path / "fiftyone" / "__init__.py").touch()
    environ = {"PATH": str(tmp_path), "PYTHONPATH": str(tmp_path), "KINTOUN_MONGOD": ""}
    assert facts(command("check", "--data", str(tmp_path / "data"), **environ), 1) == {
        "mongod": "none was found; `kintoun-server serve` is an in-memory demo"
    }


def test_a_database_without_its_indexes(command: Start, mongod: str) -> None:
    """They are named, and a check does not make them: the second one says the same."""
    environ = {"KINTOUN_USERID_HMAC_SECRET": "s", "KINTOUN_MONGODB_DATABASE": "test_check_empty"}
    for _ in range(2):
        found = facts(command("check", "--mongodb-uri", mongod, **environ), 1)
        assert found["replica set"] == "rs0"
        assert "list, " in found["indexes"]
        assert "missing; `kintoun-server serve` makes them" in found["indexes"]


def test_a_database_that_is_ready(command: Start, mongod: str, serve: Callable[..., str]) -> None:
    """With the indexes that a server has made all is well."""
    assert serve(mongodb_database="test_check_ready")
    environ = {"KINTOUN_USERID_HMAC_SECRET": "s", "KINTOUN_MONGODB_DATABASE": "test_check_ready"}
    found = facts(command("check", "--mongodb-uri", mongod, **environ), 0)
    assert found["indexes"] == "all there"
    assert found["address"].startswith("mongodb://")


def test_a_database_that_does_not_answer(command: Start) -> None:
    """That is told with the reason, and without the password."""
    environ = {"KINTOUN_USERID_HMAC_SECRET": "s", "KINTOUN_READ_TIMEOUT_SECONDS": "1"}
    checked = command("check", "--mongodb-uri", "mongodb://me:s3cret@127.0.0.1:9", **environ)
    found = facts(checked, 1)
    assert found["database"].startswith("does not answer: 127.0.0.1:9: ")
    assert found["address"] == "mongodb://127.0.0.1:9"
    assert "s3cret" not in checked.printed + checked.said


def test_wrong_settings(command: Start) -> None:
    """They are told as by `serve`."""
    checked = command("check", KINTOUN_PORT="x")
    assert facts(checked, 2) == {}
    assert checked.said.startswith("kintoun-server: The setting port in the environment (KINTOUN_PORT) must be ")
