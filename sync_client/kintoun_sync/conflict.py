"""What a person has to decide."""

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import Enum
from typing import Any, Final

from . import edits
from .json_value import ABSENT, checked, same
from .local import Local
from .merge import FieldConflict, both
from .reconcile import Note, NoteKind, as_written
from .sqlite.replica import SqliteReplica


class Choice(Enum):
    """The answers that need no value."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


MINE: Final = Choice.MINE
THEIRS: Final = Choice.THEIRS
BOTH: Final = Choice.BOTH


@dataclass(frozen=True)
class Conflict:
    """One field that two sides changed differently, or, without ``field``, a record of mine that is no longer there.

    ``base``, ``mine`` and ``theirs`` are values of the field (``ABSENT`` where it is not there) or whole records (None
    where there is none). Until it is resolved the record has theirs, and mine is kept here.
    """

    bucket: str
    collection: str
    id: str
    field: str | None
    base: Any
    mine: Any
    theirs: Any
    _replica: SqliteReplica = dataclass_field(repr=False, compare=False)

    def resolve(self, choice: Any = MINE) -> None:  # noqa: ANN401 - a Choice, or any JSON
        """Decide: ``MINE``, ``THEIRS``, ``BOTH`` (two texts are put together), or a value; a record's is a mapping.

        What is decided is an edit like any other: it is sent with the next sync. A conflict that has been resolved
        already, or that was settled by a later sync, stays as it is.
        """
        decide(self._replica, self.id, lambda local: self._resolved(local, choice))

    def _resolved(self, local: Local | None, choice: Any) -> Local | None:  # noqa: ANN401 - a Choice, or any JSON
        if local is None or local.conflict is None:
            return local
        gone, fields = local.conflict.gone, local.conflict.fields
        if self.field is None and gone is not None:
            return edits.resolve_gone(local, _chosen_record(dict(gone), choice))
        if self.field is not None and self.field in fields:
            return edits.resolve_field(local, self.field, _chosen(fields[self.field], choice))
        return local


def decide(replica: SqliteReplica, record_id: str, step: Callable[[Local | None], Local | None]) -> Local | None:
    """Carry out an edit; where it closes what was open, the journal keeps what I had written; answer the record."""
    with replica.transaction():
        before = replica.load(record_id)
        after = step(before)
        if before is not None and before.conflict is not None and (after is None or after.conflict != before.conflict):
            base = before.base if before.conflict.gone is None else before.conflict.base
            result = None if after is None else after.data
            replica.note(record_id, Note(NoteKind.RESOLVED, base, as_written(before), before.data, result))
        replica.edit(record_id, before, after)
    return after


def _chosen(conflict: FieldConflict, choice: Any) -> Any:  # noqa: ANN401 - a Choice, or any JSON
    if choice is BOTH:
        return both(conflict.mine, conflict.theirs)
    if isinstance(choice, Choice):
        return conflict.mine if choice is MINE else conflict.theirs
    return choice if choice is ABSENT else checked({"value": choice})["value"]


def _chosen_record(mine: dict[str, Any], choice: Any) -> dict[str, Any] | None:  # noqa: ANN401 - a Choice, or a mapping
    if choice is THEIRS:
        return None
    return mine if isinstance(choice, Choice) else checked(choice)


def conflicts_of(replica: SqliteReplica) -> list[Conflict]:
    """List what is open in a collection."""
    found: list[Conflict] = []
    for record_id, conflict in replica.conflicts():
        place = (replica.bucket, replica.name, record_id)
        if conflict.gone is not None:
            found.append(Conflict(*place, None, conflict.base, conflict.gone, None, replica))
        for name, one in conflict.fields.items():
            found.append(Conflict(*place, name, one.base, one.mine, one.theirs, replica))
    return found


def lost_side(note: Note) -> Any:  # noqa: ANN401 - a record, or None
    """Answer the version that an entry of the journal has put aside: theirs where the result is mine, else mine."""
    result, mine = note.result, note.mine
    is_mine = result is mine if result is None or mine is None else same(result, mine)
    return note.theirs if is_mine else mine
