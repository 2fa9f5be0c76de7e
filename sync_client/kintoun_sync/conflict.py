"""What a person has to decide."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from . import edits
from .json_value import ABSENT, checked, same
from .local import Local
from .merge import both
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
    _replica: SqliteReplica = field(repr=False, compare=False)

    def resolve(self, choice: Any = MINE) -> None:  # noqa: ANN401 - a Choice, or any JSON
        """Decide: ``MINE``, ``THEIRS``, ``BOTH`` (two texts are put together), or a value; a record's is a mapping.

        What is decided is an edit like any other: it is sent with the next sync. A conflict that has been resolved
        already, or that was settled by a later sync, stays as it is.
        """
        self._replica.edit(self.id, lambda local: self._resolved(local, choice))

    def _resolved(self, local: Local | None, choice: Any) -> Local | None:  # noqa: ANN401 - a Choice, or any JSON
        if local is None or local.conflict is None:
            return local
        if self.field is None:
            after = self._gone_resolved(local, choice)
        elif self.field in local.conflict.fields:
            after = self._field_resolved(local, self.field, choice)
        else:
            return local
        theirs, mine = local.data, as_written(local)
        result = None if after is None else after.data
        base = local.base if self.field is not None else self.base
        self._replica.note(self.id, Note(NoteKind.RESOLVED, base, mine, theirs, result))
        return after

    def _field_resolved(self, local: Local, name: str, choice: Any) -> Local:  # noqa: ANN401 - a Choice, or any JSON
        assert local.conflict is not None
        now = local.conflict.fields[name]
        if choice is BOTH:
            value = both(now.mine, now.theirs)
        elif isinstance(choice, Choice):
            value = now.mine if choice is MINE else now.theirs
        else:
            value = choice if choice is ABSENT else checked({name: choice})[name]
        return edits.resolve_field(local, name, value)

    def _gone_resolved(self, local: Local, choice: Any) -> Local | None:  # noqa: ANN401 - a Choice, or a mapping
        assert local.conflict is not None
        if local.conflict.gone is None or choice is THEIRS:
            return local if local.conflict.gone is None else edits.resolve_gone(local, None)
        mine = dict(local.conflict.gone)
        return edits.resolve_gone(local, mine if isinstance(choice, Choice) else checked(choice))


def conflicts_of(replica: SqliteReplica) -> list[Conflict]:
    """List what is open in a collection."""
    found: list[Conflict] = []
    for local in replica.conflicts():
        assert local.conflict is not None
        place = (replica.bucket, replica.name, local.id)
        if local.conflict.gone is not None:
            found.append(Conflict(*place, None, local.conflict.base, local.conflict.gone, None, replica))
        for name, one in local.conflict.fields.items():
            found.append(Conflict(*place, name, one.base, one.mine, one.theirs, replica))
    return found


def lost_side(note: Note) -> Any:  # noqa: ANN401 - a record, or None
    """Answer the version that an entry of the journal has put aside: theirs where the result is mine, else mine."""
    result, mine = note.result, note.mine
    is_mine = result is mine if result is None or mine is None else same(result, mine)
    return note.theirs if is_mine else mine
