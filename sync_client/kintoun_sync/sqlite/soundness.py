"""Whether a file is sound, and what SQLite itself may say: for programs that tell a person about it."""

import os
import sqlite3
from contextlib import closing
from typing import Final

from kintoun_sync.errors import StoreError

FileError: Final = sqlite3.Error
"""What a read or a write raises when the file, the disk or a lock is in the way."""
SQLITE_VERSION: Final = sqlite3.sqlite_version


def check_sound(path: str | os.PathLike[str]) -> None:
    """Read the whole file and look for damage.

    Raises:
        StoreError: it is damaged, or no file of SQLite.
    """
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = str(connection.execute("PRAGMA quick_check").fetchone()[0])
    except sqlite3.Error as error:
        raise StoreError(f"{os.fspath(path)} cannot be used: {error}") from error
    if found != "ok":
        raise StoreError(f"{os.fspath(path)} is damaged: {found}")
