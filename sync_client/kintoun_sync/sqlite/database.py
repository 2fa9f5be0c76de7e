"""One SQLite file, open in this process and perhaps in others."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kintoun_sync.errors import StoreError

APPLICATION_ID = 0x4B696E74
"""By which SQLite's own tools tell whose file it is ("Kint")."""
VERSION = 1
_BUSY_SECONDS = 30.0

_SCHEMA = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "INSERT INTO meta VALUES ('tick', 0)",
    """CREATE TABLE collections (
        number INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, name TEXT NOT NULL, cursor INTEGER, access TEXT,
        UNIQUE (bucket, name)
    )""",
    # base is NULL where it is the same as data, or where the server has no such record (etag is NULL then).
    """CREATE TABLE records (
        collection INTEGER NOT NULL, id TEXT NOT NULL, data TEXT, base TEXT, etag INTEGER, pending INTEGER NOT NULL,
        sent TEXT, conflict TEXT, refused TEXT, revision INTEGER NOT NULL, seen INTEGER NOT NULL,
        PRIMARY KEY (collection, id)
    ) WITHOUT ROWID""",
    "CREATE INDEX records_pending ON records (collection, id) WHERE pending",
    "CREATE INDEX records_conflict ON records (collection, id) WHERE conflict IS NOT NULL",
    "CREATE INDEX records_known ON records (collection, seen) WHERE etag IS NOT NULL",
    """CREATE TABLE changes (
        tick INTEGER PRIMARY KEY, collection INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL,
        origin TEXT NOT NULL
    )""",
    """CREATE TABLE journal (
        number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, collection INTEGER NOT NULL, id TEXT NOT NULL,
        kind TEXT NOT NULL, base TEXT, mine TEXT, theirs TEXT, result TEXT, message TEXT NOT NULL,
        undone INTEGER NOT NULL DEFAULT 0
    )""",
)


class Database:
    """A connection that threads share, one at a time; transactions that hold what they write, whatever happens."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self._lock = threading.RLock()
        self._depth = 0
        self.changed = threading.Condition()
        """Told after each transaction of this process that has written."""
        if self.path != ":memory:":
            Path(self.path).expanduser().resolve().parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(
            str(Path(self.path).expanduser()) if self.path != ":memory:" else self.path,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self.connection.close()
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise StoreError(f"{self.path} cannot be used: {error}") from error
        except BaseException:
            self.connection.close()
            raise

    def _prepare(self) -> None:
        self.connection.execute("PRAGMA journal_mode = WAL")
        # A commit is on the disk when it returns: what a person has typed survives a power cut.
        self.connection.execute("PRAGMA synchronous = FULL")
        with self.transaction():
            application = self.value("PRAGMA application_id")
            version = self.value("PRAGMA user_version")
            if application == 0 and not self.value("SELECT count(*) FROM sqlite_master"):
                for statement in _SCHEMA:
                    self.connection.execute(statement)
                self.connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                self.connection.execute(f"PRAGMA user_version = {VERSION}")
            elif application != APPLICATION_ID:
                raise StoreError(f"{self.path} is the file of another program")
            elif version != VERSION:
                raise StoreError(f"{self.path} is of version {version}; this library knows {VERSION}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Begin a transaction, or join the one of the same thread; commit at the end, roll back when anything fails."""
        with self._lock:
            outermost = self._depth == 0
            self._depth += 1
            try:
                if outermost:
                    self.connection.execute("BEGIN IMMEDIATE")
                yield
                if outermost:
                    self.connection.execute("COMMIT")
            except BaseException:
                if outermost and self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1
        if outermost:
            with self.changed:
                self.changed.notify_all()

    @property
    def in_transaction(self) -> bool:
        """Whether this thread is within a transaction."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            return self._depth > 0
        finally:
            self._lock.release()

    def rows(self, statement: str, *values: object) -> list[sqlite3.Row]:
        """Read all rows."""
        with self._lock:
            return self.connection.execute(statement, values).fetchall()

    def value(self, statement: str, *values: object) -> Any:  # noqa: ANN401 - what the column has
        """Read the first column of the first row; None when there is none."""
        rows = self.rows(statement, *values)
        return rows[0][0] if rows else None

    def write(self, statement: str, *values: object) -> None:
        """Write, within the transaction that runs or in one of its own."""
        with self.transaction():
            self.connection.execute(statement, values)

    def tick(self) -> int:
        """Answer the next number of this file."""
        with self.transaction():
            self.connection.execute("UPDATE meta SET value = value + 1 WHERE name = 'tick'")
            return int(self.value("SELECT value FROM meta WHERE name = 'tick'"))

    def meta(self, name: str) -> Any:  # noqa: ANN401 - what was set
        """Read a value of the file as a whole; None when it was not set."""
        return self.value("SELECT value FROM meta WHERE name = ?", name)

    def set_meta(self, name: str, value: object) -> None:
        """Set one."""
        self.write("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, value)

    def copy_to(self, path: str) -> None:
        """Write a copy of the file, as it is at this moment."""
        with self._lock:
            target = sqlite3.connect(path)
            try:
                self.connection.backup(target)
            finally:
                target.close()

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self.connection.close()
        with self.changed:
            self.changed.notify_all()
