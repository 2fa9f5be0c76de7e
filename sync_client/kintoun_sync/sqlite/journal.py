"""The journal: what was done to records without a person, and can be undone."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kintoun_sync.json_value import Data
from kintoun_sync.reconcile import Note, NoteKind

from .database import Database
from .rows import text, value

KEPT = 10_000
"""Entries that are kept; the oldest go."""
_COLUMNS = "number, at, collection, id, kind, base, mine, theirs, result, message, undone"


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One entry: ``at`` in milliseconds since 1970, ``undone`` when a person has taken it back."""

    number: int
    at: int
    collection: int
    id: str
    note: Note
    undone: bool


def write_note(database: Database, collection: int, record_id: str, note: Note) -> None:
    """Write an entry."""
    with database.transaction():
        database.write(
            "INSERT INTO journal (at, collection, id, kind, base, mine, theirs, result, message)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            time.time_ns() // 1_000_000,
            collection,
            record_id,
            note.kind,
            text(note.base),
            text(note.mine),
            text(note.theirs),
            text(note.result),
            note.message,
        )
        database.write("DELETE FROM journal WHERE number <= (SELECT max(number) FROM journal) - ?", KEPT)


def read_notes(database: Database, collection: int | None, number: int | None = None) -> list[NoteRow]:
    """List the entries, of one collection or all, or the one of this number; the newest first."""
    rows = database.rows(
        f"SELECT {_COLUMNS} FROM journal WHERE (? IS NULL OR collection = ?) AND (? IS NULL OR number = ?)"  # noqa: S608 - names of ours
        " ORDER BY number DESC",
        collection,
        collection,
        number,
        number,
    )
    return [_read(row) for row in rows]


def mark_undone(database: Database, number: int) -> None:
    """Note that a person has taken an entry back."""
    database.write("UPDATE journal SET undone = 1 WHERE number = ?", number)


def _read(row: Any) -> NoteRow:  # noqa: ANN401 - a row
    number, at, collection, record_id, kind, base, mine, theirs, result, message, undone = row
    versions: list[Mapping[str, Any] | None] = [value(version) for version in (base, mine, theirs, result)]
    note = Note(NoteKind(kind), *_four(versions), message)
    return NoteRow(number, at, collection, record_id, note, bool(undone))


def _four(versions: list[Data | None]) -> tuple[Data | None, Data | None, Data | None, Data | None]:
    base, mine, theirs, result = versions
    return base, mine, theirs, result
