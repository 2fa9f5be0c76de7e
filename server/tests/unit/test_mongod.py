"""Where the mongod of the embedded default is looked for."""

import os
from pathlib import Path

import pytest
from kintoun_server.embedded.mongod import MongodError, find_mongod
from kintoun_server.settings import Settings


def program(path: Path, mode: int) -> Path:
    """A file in the place of a mongod."""
    path.parent.mkdir(parents=True)
    path.touch()
    path.chmod(mode)
    return path


@pytest.fixture
def of_setting(tmp_path: Path) -> Path:
    """A mongod that a setting can name."""
    return program(tmp_path / "opt" / "mongod", 0o755)


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mongod on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return program(tmp_path / "bin" / "mongod", 0o755)


@pytest.fixture
def of_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The mongod of the wheel, which comes without its run bit."""
    monkeypatch.setattr("sys.path", [str(tmp_path / "site")])
    return program(tmp_path / "site" / "fiftyone" / "db" / "bin" / "mongod", 0o644)


def test_the_setting_comes_first(of_setting: Path, on_path: Path, of_wheel: Path) -> None:
    """A mongod that is named is taken, whatever else there is."""
    assert (on_path.exists(), of_wheel.exists()) == (True, True)
    assert find_mongod(Settings(mongod=of_setting)) == of_setting


def test_the_one_on_path_comes_second(on_path: Path, of_wheel: Path) -> None:
    """A mongod that the machine has is taken before the one of the wheel."""
    assert of_wheel.exists()
    assert find_mongod(Settings()) == on_path


def test_the_one_of_the_wheel_comes_third(of_wheel: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The mongod of the wheel is found, and gets its run bit."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_mongod(Settings()) == of_wheel
    assert os.access(of_wheel, os.X_OK)


def test_there_may_be_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without setting, PATH and wheel there is none."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.path", [])
    assert find_mongod(Settings()) is None


def test_a_setting_that_names_nothing_is_an_error(on_path: Path, tmp_path: Path) -> None:
    """Who names a mongod gets that one or an error, and never another one."""
    assert on_path.exists()
    with pytest.raises(MongodError, match=r"^The setting mongod names .*/nowhere, and there is no such file\.$"):
        find_mongod(Settings(mongod=tmp_path / "nowhere"))
