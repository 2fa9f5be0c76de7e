"""The records of one collection in the file: what the engine writes, and what people do."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

from kintoun_sync.json_value import same
from kintoun_sync.local import Local, OpenConflict
from kintoun_sync.reconcile import Note, Strategy

from .changes import ChangeRow, Origin, kind_of, record_change
from .database import Database
from .journal import write_note
from .rows import COLUMNS, from_row, to_row

_PAGE = 200


class SqliteReplica:
    """One collection; it fulfils ``engine.replica.Replica``."""

    def __init__(self, database: Database, bucket: str, name: str, strategy: Strategy = "merge") -> None:
        self._database = database
        self._bucket = bucket
        self._name = name
        self._strategy = strategy
        with database.transaction():
            find = "SELECT number FROM collections WHERE bucket = ? AND name = ?"
            if database.value(find, bucket, name) is None:
                database.write("INSERT INTO collections (bucket, name) VALUES (?, ?)", bucket, name)
            self.number = int(database.value(find, bucket, name))

    @property
    def bucket(self) -> str:
        """Its bucket."""
        return self._bucket

    @property
    def name(self) -> str:
        """Its id."""
        return self._name

    @property
    def strategy(self) -> Strategy:
        """How conflicts are decided."""
        return self._strategy

    def transaction(self) -> AbstractContextManager[object]:
        """Begin a transaction, or join the one that runs."""
        return self._database.transaction()

    def cursor(self) -> int | None:
        """Answer the ETag up to which all is here."""
        cursor: int | None = self._database.value("SELECT cursor FROM collections WHERE number = ?", self.number)
        return cursor

    def set_cursor(self, cursor: int | None) -> None:
        """Set it."""
        self._database.write("UPDATE collections SET cursor = ? WHERE number = ?", cursor, self.number)

    def access(self) -> str | None:
        """Answer what my access was when the list was last read whole."""
        access: str | None = self._database.value("SELECT access FROM collections WHERE number = ?", self.number)
        return access

    def set_access(self, access: str) -> None:
        """Set it."""
        self._database.write("UPDATE collections SET access = ? WHERE number = ?", access, self.number)

    def tick(self) -> int:
        """Answer a number that is greater than all before."""
        return self._database.tick()

    def load(self, record_id: str) -> Local | None:
        """Answer one record."""
        found = self._list("id = ?", record_id)
        return found[0] if found else None

    def store(self, record_id: str, local: Local | None) -> None:
        """Write what the sync has made of a record."""
        self._put(record_id, self.load(record_id), local, Origin.SYNC)

    def edit(self, record_id: str, before: Local | None, now: Local | None) -> None:
        """Write what a person has made of a record, in the transaction in which it was read."""
        # By their rows: to Python 1 is True.
        if (before and to_row(before)) != (now and to_row(now)):
            self._put(record_id, before, now, Origin.LOCAL)

    def _put(self, record_id: str, before: Local | None, now: Local | None, origin: Origin) -> None:
        """Write a record; what its reader sees of it decides whether that is a change to tell."""
        with self.transaction():
            tick = self._database.tick()
            visible = origin is Origin.LOCAL or not same(_visible(before), _visible(now))
            if now is None:
                self._write("DELETE FROM records WHERE collection = ? AND id = ?", record_id)
            else:
                revision = tick if visible or before is None else before.revision
                confirmed = origin is Origin.SYNC and now.etag is not None
                self._save(replace(now, revision=revision, seen=tick if confirmed else now.seen))
            if visible and (before is not None or now is not None):
                change = ChangeRow(tick, self.number, record_id, kind_of(before, now), origin)
                record_change(self._database, change)

    def mark(self, local: Local) -> None:
        """Write bookkeeping."""
        self._save(local)

    def _save(self, local: Local) -> None:
        self._database.write(
            f"INSERT OR REPLACE INTO records (collection, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - names of ours
            self.number,
            *to_row(local),
        )

    def confirm(self, record_id: str) -> None:
        """Note that the server has the record, unchanged."""
        self._database.write(
            "UPDATE records SET seen = (SELECT value FROM meta WHERE name = 'tick') WHERE collection = ? AND id = ?",
            self.number,
            record_id,
        )

    def pending(self, after: str, limit: int) -> list[Local]:
        """List what has to be sent."""
        return self._list("pending AND refused IS NULL AND id > ? ORDER BY id LIMIT ?", after, limit)

    def pending_count(self) -> int:
        """Count it."""
        return self._count("pending AND refused IS NULL")

    def known_count(self) -> int:
        """Count the records that the server has."""
        return self._count("etag IS NOT NULL")

    def unconfirmed(self, mark: int, limit: int) -> list[Local]:
        """List what the server has not confirmed since."""
        return self._list("etag IS NOT NULL AND seen < ? LIMIT ?", mark, limit)

    def unsent(self, limit: int) -> list[Local]:
        """List what the server never had."""
        return self._list("etag IS NULL AND pending LIMIT ?", limit)

    def conflicts(self) -> list[tuple[str, OpenConflict]]:
        """List what somebody has to decide, by id."""
        found = self._list("conflict IS NOT NULL ORDER BY id")
        return [(local.id, local.conflict) for local in found if local.conflict is not None]

    def refused(self) -> list[Local]:
        """List what the server does not take as it is."""
        return self._list("pending AND refused IS NOT NULL ORDER BY id")

    def note(self, record_id: str, note: Note) -> None:
        """Write into the journal."""
        write_note(self._database, self.number, record_id, note)

    def count(self) -> int:
        """Count the records that are there for a reader."""
        return self._count("data IS NOT NULL")

    def all(self) -> Iterator[Local]:
        """Walk over the records that are there for a reader, by id, a few in memory at a time."""
        after = ""
        while page := self._list("data IS NOT NULL AND id > ? ORDER BY id LIMIT ?", after, _PAGE):
            yield from page
            after = page[-1].id

    def _list(self, condition: str, *values: object) -> list[Local]:
        statement = f"SELECT {COLUMNS} FROM records WHERE collection = ? AND {condition}"  # noqa: S608 - conditions of ours
        return [from_row(row) for row in self._database.rows(statement, self.number, *values)]

    def _count(self, condition: str) -> int:
        statement = f"SELECT count(*) FROM records WHERE collection = ? AND {condition}"  # noqa: S608 - conditions of ours
        return int(self._database.value(statement, self.number))

    def _write(self, statement: str, *values: object) -> None:
        self._database.write(statement, self.number, *values)


def _visible(local: Local | None) -> list[object]:
    return [] if local is None else [local.data, local.conflict]
