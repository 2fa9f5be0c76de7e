"""The data folder: who holds it, what stands in it, and what is said when it cannot be used."""

import os
import stat
import tomllib
from pathlib import Path

import pytest
from kintoun_server.embedded.data_folder import DataFolder, DataFolderError, DataFolderInUseError


def mode(path: Path) -> int:
    """The permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_made_is_private(tmp_path: Path) -> None:
    """The folder and the folders in it have mode 700, the files in it 600."""
    with DataFolder.open(tmp_path / "deep" / "data") as folder:
        folder.secrets()
        made = {path.name: mode(path) for path in (folder.path, folder.subfolder("database"), *folder.path.iterdir())}
    assert made == {"data": 0o700, "database": 0o700, "kintoun.lock": 0o600, "secrets.toml": 0o600}


def test_the_mode_of_a_folder_that_is_there_stays(tmp_path: Path) -> None:
    """A folder that may serve other things too keeps its mode."""
    tmp_path.chmod(0o755)
    with DataFolder.open(tmp_path):
        assert mode(tmp_path) == 0o755


def test_a_second_server_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    """Two cannot have it at the same time: the second hears of the first's process id."""
    with DataFolder.open(tmp_path), pytest.raises(DataFolderInUseError) as raised:
        DataFolder.open(tmp_path)
    assert f"(process {os.getpid()}) uses the data folder {tmp_path}" in str(raised.value)


def test_the_folder_can_be_taken_again(tmp_path: Path) -> None:
    """After the first has let it go the next one has it."""
    for _ in range(2):
        with DataFolder.open(tmp_path) as folder:
            assert folder.path == tmp_path


def test_secrets_are_made_once(tmp_path: Path) -> None:
    """The secrets are 32 random bytes each, differ from each other, and are the same at the next start."""
    with DataFolder.open(tmp_path) as folder:
        first = folder.secrets()
    with DataFolder.open(tmp_path) as folder:
        assert folder.secrets() == first
    assert {name: len(bytes.fromhex(value)) for name, value in first.items()} == {
        "userid_hmac_secret": 32,
        "default_bucket_hmac_secret": 32,
    }
    assert len(set(first.values())) == 2
    assert tomllib.loads((tmp_path / "secrets.toml").read_text()) == first


def test_secrets_that_were_half_written_are_made_anew(tmp_path: Path) -> None:
    """What a crash left beside the file is in nobody's way."""
    (tmp_path / "secrets.new").write_text('userid_hmac_secret = "')
    with DataFolder.open(tmp_path) as folder:
        assert len(folder.secrets()["userid_hmac_secret"]) == 64


@pytest.mark.parametrize("text", ["", 'userid_hmac_secret = ""', "userid_hmac_secret = 1", "not TOML", "\xff"])
def test_damaged_secrets_are_never_replaced(tmp_path: Path, text: str) -> None:
    """New secrets would orphan the data of all users: the start is refused, and the file stays as it is."""
    path = tmp_path / "secrets.toml"
    path.write_bytes(text.encode("latin-1"))
    with DataFolder.open(tmp_path) as folder, pytest.raises(DataFolderError, match=f"The secrets in {path}"):
        folder.secrets()
    assert path.read_bytes() == text.encode("latin-1")


def test_a_file_in_its_place_is_told(tmp_path: Path) -> None:
    """A file where the folder should be, or should be in, is one clear line."""
    (tmp_path / "file").touch()
    with pytest.raises(DataFolderError, match=r"The data folder .*/file cannot be used: it is a file\.$"):
        DataFolder.open(tmp_path / "file")
    with pytest.raises(DataFolderError, match=r"The data folder .*/file/data cannot be used: not a directory\.$"):
        DataFolder.open(tmp_path / "file" / "data")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Missing rights are one clear line."""
    tmp_path.chmod(0o500)
    with pytest.raises(DataFolderError, match=r"cannot be used: permission denied\.$"):
        DataFolder.open(tmp_path)
