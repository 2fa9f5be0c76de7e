"""A profile: one account of one server, with a file of tasks of its own."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from platformdirs import user_config_path, user_data_path

from kintoun_sync.server import server_address

from .failure import CommandFailure, ExitStatus
from .private_file import make_folder, read_json, write_json

DEFAULT = "default"
_PROGRAM = "kintoun-todo"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


def config_folder() -> Path:
    """The folder of the profiles and, where there is no keyring, of the passwords."""
    return user_config_path(_PROGRAM, appauthor=False)


def profiles_file() -> Path:
    """Where the profiles stand."""
    return config_folder() / "profiles.json"


@dataclass(frozen=True)
class Profile:
    """``server`` and ``user`` are None until somebody logs in; the environment wins over what was saved."""

    name: str
    server: str | None = None
    user: str | None = None
    keyring: bool = False
    """Whether the password was put into the keyring."""

    @classmethod
    def load(cls, name: str) -> Self:
        """Read a profile; one that nobody has saved is empty.

        Raises:
            CommandFailure: no name of a profile, or no address of a server.
        """
        if not _NAME.fullmatch(name):
            raise CommandFailure(
                f"no name of a profile: {name!r}; up to 40 letters, digits, - and _ are", ExitStatus.USAGE
            )
        saved = _saved().get(name, {})
        server = os.environ.get("KTODO_SERVER") or saved.get("server")
        user = os.environ.get("KTODO_USER") or saved.get("user")
        return cls(name, None if server is None else address(server), user, bool(saved.get("keyring")))

    @property
    def folder(self) -> Path:
        """The folder of its tasks."""
        return user_data_path(_PROGRAM, appauthor=False) / self.name

    @property
    def database(self) -> Path:
        """The file of its tasks."""
        return self.folder / "tasks.db"

    @property
    def numbers(self) -> Path:
        """The file that holds what the numbers of the last list mean."""
        return self.folder / "numbers.json"

    @property
    def last_sync(self) -> Path:
        """The file that tells of the last sync."""
        return self.folder / "last-sync.json"

    def make_folder(self) -> None:
        """Make the folder of its tasks, for its owner only.

        Raises:
            CommandFailure: it cannot be made.
        """
        try:
            make_folder(self.folder)
        except OSError as error:
            raise CommandFailure(f"{self.folder} cannot be made: {error.strerror}") from error

    def save(self) -> None:
        """Write it among the profiles."""
        written = {"server": self.server, "user": self.user, "keyring": self.keyring}
        write_json(profiles_file(), {**read_json(profiles_file()), self.name: written})

    def forget(self) -> None:
        """Take it off the profiles; its tasks stay."""
        profiles = read_json(profiles_file())
        if profiles.pop(self.name, None) is not None:
            write_json(profiles_file(), profiles)

    def remove_tasks(self) -> None:
        """Remove its tasks from this device."""
        if self.folder.exists():
            shutil.rmtree(self.folder)


def address(server: str) -> str:
    """Complete the address of a server: ``todo.example.org`` is ``https://todo.example.org/v1``.

    Raises:
        CommandFailure: it is none.
    """
    try:
        return server_address(server if "://" in server else f"https://{server}")
    except ValueError as error:
        raise CommandFailure(str(error), ExitStatus.USAGE) from error


def is_private(server: str) -> bool:
    """Tell whether nobody on the way reads what is sent: by TLS, or because it does not leave this device."""
    parts = urlsplit(server)
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")


def profile_names() -> list[str]:
    """List the profiles that were saved, or that have tasks on this device."""
    folder = user_data_path(_PROGRAM, appauthor=False)
    with_tasks = {found.parent.name for found in folder.glob("*/tasks.db")}
    return sorted(with_tasks | set(_saved()))


def _saved() -> dict[str, dict[str, Any]]:
    found = read_json(profiles_file())
    return {name: value for name, value in found.items() if isinstance(value, dict)}
