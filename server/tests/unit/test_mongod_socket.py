"""The path to the socket of the embedded mongod, which the kernel wants to be short."""

import socket
from pathlib import Path
from urllib.parse import unquote

import pytest
from kintoun_server.embedded.socket import LONGEST, MongodSocket


def test_a_short_path_is_taken_as_it_is() -> None:
    """The URI has the path of the socket, with every special character escaped."""
    assert MongodSocket(Path("/data/ä b")).uri == "mongodb://%2Fdata%2F%C3%A4%20b%2Fmongod.sock/?directConnection=true"


@pytest.mark.parametrize("letter", ["x", "ü"])
def test_a_long_path_is_reached_over_a_detour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, letter: str) -> None:
    """A socket too deep for its own path is connected to by another one, which is taken away in the end."""
    data = tmp_path / (letter * LONGEST)
    data.mkdir()
    monkeypatch.chdir(data)
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as client:
        listener.bind("./mongod.sock")
        listener.listen()
        short = MongodSocket(data)
        assert str(short.path) == unquote(short.uri.split("/")[2])
        client.connect(str(short.path))
        detour = short.path.parent.parent
        assert detour.stat().st_mode & 0o777 == 0o700
        short.close()
    assert not detour.exists()
    assert (data / "mongod.sock").exists()
