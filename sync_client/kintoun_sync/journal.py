"""The journal as a person reads it: what was done without asking, and how to take it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from . import edits
from .conflict import decide, lost_side
from .json_value import ABSENT, Data, same
from .local import Local
from .merge import changed, with_fields
from .reconcile import NoteKind
from .sqlite.database import Database
from .sqlite.journal import NoteRow, mark_undone, read_notes
from .sqlite.replica import SqliteReplica


@dataclass(frozen=True)
class JournalEntry:
    """One thing that was done to a record: the three versions and the result, None for a record that is not there."""

    number: int
    at: datetime
    bucket: str
    collection: str
    id: str
    kind: NoteKind
    base: Data | None
    mine: Data | None
    theirs: Data | None
    result: Data | None
    message: str
    undone: bool
    _row: NoteRow = field(repr=False, compare=False)
    _replica: SqliteReplica = field(repr=False, compare=False)
    _database: Database = field(repr=False, compare=False)

    def undo(self) -> None:
        """Put back what was lost: mine, or theirs where mine had won. It is an edit like any other.

        Fields that were written since are left alone. An entry that was undone already stays undone.
        """
        with self._replica.transaction():
            if read_notes(self._database, None, self.number)[0].undone:
                return
            lost = lost_side(self._row.note)
            decide(self._replica, self.id, lambda local: _restored(local, self.id, lost, self.result))
            mark_undone(self._database, self.number)


def entries(database: Database, replicas: Mapping[int, SqliteReplica], collection: int | None) -> list[JournalEntry]:
    """List the entries, of one collection or all; the newest first."""
    found: list[JournalEntry] = []
    for row in read_notes(database, collection):
        replica, note = replicas[row.collection], row.note
        at = datetime.fromtimestamp(row.at / 1000, UTC)
        place: tuple[str, str, str] = (replica.bucket, replica.name, row.id)
        versions: tuple[Any, Any, Any, Any] = (note.base, note.mine, note.theirs, note.result)
        found.append(
            JournalEntry(row.number, at, *place, note.kind, *versions, note.message, row.undone, row, replica, database)
        )
    return found


def _restored(local: Local | None, record_id: str, lost: Data | None, result: Data | None) -> Local | None:
    """Answer the record with what was lost: deleted, written anew, or with the fields that nobody has touched since."""
    if lost is None:
        return local if local is None or local.data is None else edits.delete(local, record_id)
    if local is None or local.data is None:
        return edits.create(local, record_id, dict(lost))
    now = local.data
    untouched = {
        name: lost.get(name, ABSENT)
        for name in changed(result or {}, lost)
        if same(now.get(name, ABSENT), (result or {}).get(name, ABSENT))
    }
    return edits.edited(local, with_fields(now, untouched), untouched)
