"""What changes in the file, so that others see it: other threads, other processes."""

from dataclasses import dataclass
from enum import StrEnum

from kintoun_sync.json_value import same
from kintoun_sync.local import Local

from .database import Database

KEPT = 10_000
"""Changes that are remembered; whoever comes later is told that there were more."""
_SWEEP = 100


class Origin(StrEnum):
    """Who changed a record."""

    LOCAL = "local"
    """A person or a program on this device, in this process or another."""
    SYNC = "sync"
    """A sync, with what others wrote."""


class ChangeKind(StrEnum):
    """What happened to a record."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    CONFLICT = "conflict"
    """Something of it is to be decided now, or no longer."""
    MANY = "many"
    """More has happened than is remembered: read all again."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change; ``id`` is empty for ``MANY``."""

    tick: int
    collection: int
    id: str
    kind: ChangeKind
    origin: Origin


def record_change(database: Database, change: ChangeRow) -> None:
    """Write a change, and forget the oldest."""
    values = (change.tick, change.collection, change.id, change.kind, change.origin)
    database.write("INSERT INTO changes VALUES (?, ?, ?, ?, ?)", *values)
    if change.tick % _SWEEP == 0:
        database.write("DELETE FROM changes WHERE tick <= ?", change.tick - KEPT)


def changes_since(database: Database, tick: int, collection: int | None) -> list[ChangeRow]:
    """List the changes after ``tick``, of one collection or all; one of the kind MANY where some are forgotten."""
    with database.transaction():
        now = last_tick(database)
        if now - tick > KEPT:
            return [ChangeRow(now, collection or 0, "", ChangeKind.MANY, Origin.SYNC)]
        rows = database.rows(
            "SELECT * FROM changes WHERE tick > ? AND (? IS NULL OR collection = ?) ORDER BY tick",
            tick,
            collection,
            collection,
        )
    return [ChangeRow(row[0], row[1], row[2], ChangeKind(row[3]), Origin(row[4])) for row in rows]


def last_tick(database: Database) -> int:
    """Answer the number of the last change."""
    return int(database.meta("tick"))


def kind_of(before: Local | None, now: Local | None) -> ChangeKind:
    """Say what has happened to a record."""
    was, is_ = (None if local is None else local.data for local in (before, now))
    if was is None and is_ is None:
        return ChangeKind.CONFLICT
    if was is None:
        return ChangeKind.CREATED
    if is_ is None:
        return ChangeKind.DELETED
    return ChangeKind.CONFLICT if same(was, is_) else ChangeKind.UPDATED
