"""The data folder of the embedded default: who holds it, and the secrets in it."""

import fcntl
import os
import secrets
import tomllib
from pathlib import Path
from typing import Self

from kintoun_server.start_error import StartError

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
SECRETS = ("userid_hmac_secret", "default_bucket_hmac_secret")


class DataFolderError(StartError):
    """The data folder cannot be used; the text is one line for the operator."""


class DataFolderInUseError(DataFolderError):
    """Another server holds the data folder."""


class DataFolder:
    """A folder that one server at a time holds, by a lock that the kernel releases however the server ends.

    ``open`` makes the folder when it is missing, with mode 700. The mode of one that is there already stays as it is,
    for it may serve other things too: all that Kintoun puts into it is private by itself (modes 700 and 600).
    """

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def open(cls, path: Path) -> Self:
        """Take the folder; DataFolderError when another server holds it or when it cannot be written."""
        try:
            path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            lock = os.open(path / "kintoun.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
        except FileExistsError as error:
            raise DataFolderError(f"The data folder {path} cannot be used: it is a file.") from error
        except OSError as error:
            raise _unusable(path, error) from error
        try:
            _take(lock, path)
        except BaseException:
            os.close(lock)
            raise
        return cls(path, lock)

    def close(self) -> None:
        """Let other servers have the folder."""
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def subfolder(self, name: str) -> Path:
        """Give the path of a private folder in this one, which is made when it is missing."""
        path = self.path / name
        try:
            path.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        except OSError as error:
            raise _unusable(self.path, error) from error
        return path

    def secrets(self) -> dict[str, str]:
        """Give the secrets by the names of their settings; made at random the first time (32 bytes in hex)."""
        path = self.path / "secrets.toml"
        try:
            if not path.exists():
                _write_durably(path, new_secrets())
            found = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise _unusable(self.path, error) from error
        except ValueError as error:
            raise DataFolderError(f"The secrets in {path} cannot be read: {error}.") from error
        wrong = [name for name in SECRETS if not isinstance(found.get(name), str) or not found[name]]
        if wrong:
            raise DataFolderError(f"The secrets in {path} are incomplete: {wrong[0]} is missing.")
        return {name: found[name] for name in SECRETS}


def new_secrets() -> dict[str, str]:
    """Make secrets at random, by the names of their settings."""
    return {name: secrets.token_hex(32) for name in SECRETS}


def _take(lock: int, path: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    except BlockingIOError as error:
        holder = os.pread(lock, 20, 0).decode("ascii", "replace").strip() or "unknown"
        raise DataFolderInUseError(
            f"Another kintoun-server (process {holder}) uses the data folder {path}: "
            "stop it, or choose another folder with --data."
        ) from error
    except OSError as error:
        raise _unusable(path, error) from error


def _write_durably(path: Path, values: dict[str, str]) -> None:
    """Write a file that is there in full or not at all, also after a power failure."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    lines = ["# Keys that user ids are made with. Whoever changes them orphans the data of all users.\n"]
    lines += [f'{name} = "{value}"\n' for name, value in values.items()]
    file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        os.write(file, "".join(lines).encode())
        os.fsync(file)
    finally:
        os.close(file)
    unfinished.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _unusable(path: Path, error: OSError) -> DataFolderError:
    return DataFolderError(f"The data folder {path} cannot be used: {(error.strerror or str(error)).lower()}.")
