"""What becomes of a record on this device when the server says something new of it: the heart, without I/O.

The same rule takes what a list says, the answer to a write, and the record that a failed precondition shows.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from .json_value import ABSENT, Data, checked, same
from .local import Local, OpenConflict, Refused, Remote
from .merge import FieldConflict, Merge, ancestor, merge, with_fields

Decider: TypeAlias = Callable[[Data | None, Data | None, Data | None], Data | None]
"""Called with base, mine and theirs, None for a record that is not there; it answers the result, None to delete it.

With ``NotImplemented`` it leaves the conflict open for a person. What it raises ends the sync.
"""
Strategy: TypeAlias = Literal["merge", "server_wins", "client_wins"] | Decider


class NoteKind(StrEnum):
    """Why the journal has an entry."""

    MERGED = "merged"
    """Changes of both sides were put together."""
    DELETION_UNDONE = "deletion_undone"
    """I had deleted what somebody else had changed: it is there again."""
    DECIDED = "decided"
    """A strategy decided a conflict, and one side lost something."""
    PUT_BACK = "put_back"
    """The server refused my change (403, 404): its version stands again."""
    RESOLVED = "resolved"
    """A person decided a conflict."""


@dataclass(frozen=True, slots=True)
class Note:
    """What was done to a record without a person: the three versions and the result, None for one not there."""

    kind: NoteKind
    base: Data | None
    mine: Data | None
    theirs: Data | None
    result: Data | None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the record is from now on, None for one that leaves the device."""

    local: Local | None
    note: Note | None = None
    conflict: bool = False
    """Whether a person has to decide something that was not open before."""


def is_news(local: Local | None, remote: Remote) -> bool:
    """Tell whether the server's word is newer than what this device has from it."""
    return local is None or local.etag is None or remote.etag is None or remote.etag > local.etag


def reconcile(local: Local | None, remote: Remote, strategy: Strategy = "merge") -> Outcome:
    """Answer what the record is on this device after the server's word."""
    if remote.data is None:
        return Outcome(None) if local is None else _gone(local, strategy)
    if local is not None and local.left:
        return Outcome(replace(local, base=remote.data, etag=remote.etag))
    if local is None or not (local.pending or local.conflict):
        return Outcome(clean(remote.id, remote.data, remote.etag))
    gone = local.conflict.gone if local.conflict else None
    mine = local.data if gone is None else gone
    if mine is None:
        return _deleted_here(local, remote.data, remote.etag, strategy)
    return _meet(local, mine, remote, strategy)


def clean(record_id: str, data: dict[str, Any], etag: int | None) -> Local:
    """Answer a record as the server has it, with nothing of mine."""
    return Local(record_id, data, data, etag)


def put_back(local: Local, remote: Remote, refused: Refused) -> Outcome:
    """Take the server's version in the place of mine, which it refused; the note has what was lost."""
    mine = as_written(local)
    note = Note(NoteKind.PUT_BACK, local.base, mine, remote.data, remote.data, f"{refused.status} {refused.message}")
    if remote.data is None:
        return Outcome(None, None if mine is None else note)
    return Outcome(clean(remote.id, remote.data, remote.etag), note)


def as_written(local: Local) -> dict[str, Any] | None:
    """Answer the record with mine in the fields that are in conflict: what the person here had written."""
    if local.conflict is None:
        return local.data
    if local.conflict.gone is not None:
        return dict(local.conflict.gone)
    mine = {name: conflict.mine for name, conflict in local.conflict.fields.items()}
    return None if local.data is None else with_fields(local.data, mine)


def _meet(local: Local, mine: Data, remote: Remote, strategy: Strategy) -> Outcome:
    """Both live, and mine has something that the server does not have."""
    theirs = remote.data or {}
    before = local.conflict.base if local.conflict and local.conflict.gone is not None else local.base
    base = ancestor(before or {}, _versions(local), theirs)
    merged = merge(base, mine, theirs)
    result, note = _decided(merged, base, mine, theirs, strategy)
    if result is None:
        return Outcome(Local(local.id, None, theirs, remote.etag, pending=True), note)
    still_open = merged.conflicts if note is None else {}
    fields = _open_fields(local, theirs) | dict(still_open)
    if note is None and merged.taken and not same(result, theirs):
        note = Note(NoteKind.MERGED, base, mine, theirs, result)
    return Outcome(_with(local, result, theirs, remote.etag, fields), note, conflict=bool(still_open))


def _with(
    local: Local, data: dict[str, Any], base: dict[str, Any], etag: int | None, fields: dict[str, FieldConflict]
) -> Local:
    pending = not same(data, base)
    return Local(
        id=local.id,
        data=data,
        base=base,
        etag=etag,
        pending=pending,
        conflict=OpenConflict(fields) if fields else None,
        refused=local.refused if pending and same(data, local.data) else None,
    )


def _open_fields(local: Local, theirs: Data) -> dict[str, FieldConflict]:
    """What was open before stays open, against what the field is now, until both sides are the same."""
    was_open = local.conflict.fields if local.conflict else {}
    now = {name: replace(conflict, theirs=theirs.get(name, ABSENT)) for name, conflict in was_open.items()}
    return {name: conflict for name, conflict in now.items() if not same(conflict.mine, conflict.theirs)}


def _decided(
    merged: Merge, base: Data, mine: Data, theirs: Data, strategy: Strategy
) -> tuple[dict[str, Any] | None, Note | None]:
    """Let the strategy decide the fields in conflict; without a note nothing was decided."""
    if not merged.conflicts or strategy == "merge":
        return merged.data, None
    if strategy == "server_wins":
        result: dict[str, Any] | None = merged.data
    elif strategy == "client_wins":
        result = with_fields(merged.data, {name: conflict.mine for name, conflict in merged.conflicts.items()})
    else:
        answer = _ask(strategy, base, mine, theirs)
        if answer is NotImplemented:
            return merged.data, None
        result = answer
    return result, Note(NoteKind.DECIDED, base, mine, theirs, result)


def _deleted_here(local: Local, theirs: dict[str, Any], etag: int | None, strategy: Strategy) -> Outcome:
    """I have deleted the record, and there it lives: still, or changed by somebody since."""
    base = ancestor(local.base or {}, _versions(local), theirs)
    deletion = Local(local.id, None, theirs, etag, pending=True)
    if same(base, theirs):
        return Outcome(deletion)
    kind, result = NoteKind.DELETION_UNDONE, theirs
    if strategy == "client_wins":
        return Outcome(deletion, Note(NoteKind.DECIDED, base, None, theirs, None))
    if callable(strategy):
        answer = _ask(strategy, base, None, theirs)
        if answer is None:
            return Outcome(deletion, Note(NoteKind.DECIDED, base, None, theirs, None))
        if answer is not NotImplemented:
            kind, result = NoteKind.DECIDED, answer
    return Outcome(_with(local, result, theirs, etag, {}), Note(kind, base, None, theirs, result))


def _gone(local: Local, strategy: Strategy) -> Outcome:
    """The record is deleted there, or I may not see it any more."""
    if local.conflict and local.conflict.gone is not None:
        return Outcome(local)
    if local.data is not None and local.base is None and not local.sent:
        return Outcome(local)  # it was written after that, and the tombstone is of a former life of its id
    mine = as_written(local)
    if mine is None or (local.base is not None and same(mine, local.base)) or not (local.pending or local.conflict):
        return Outcome(None)
    if None in local.sent:  # my own deletion has arrived, and I have written the record anew since
        return Outcome(Local(local.id, mine, pending=True))
    return _gone_there(local, mine, strategy)


def _gone_there(local: Local, mine: dict[str, Any], strategy: Strategy) -> Outcome:
    """What is no longer there, I have changed."""
    if callable(strategy):
        result = _ask(strategy, local.base, mine, None)
    else:
        result = {"merge": NotImplemented, "client_wins": mine, "server_wins": None}[strategy]
    if result is NotImplemented:
        return _question(local, mine)
    note = Note(NoteKind.DECIDED, local.base, mine, None, result)
    return Outcome(None if result is None else Local(local.id, result, pending=True), note)


def withdrawn(local: Local) -> Outcome:
    """Answer what becomes of a record whose collection is not there for me any more: what was not sent is asked for."""
    mine = as_written(local)
    if mine is not None and local.base is None:
        return _question(local, mine)
    return _gone(local, "merge")


def _question(local: Local, mine: dict[str, Any]) -> Outcome:
    return Outcome(Local(local.id, None, conflict=OpenConflict(gone=mine, base=local.base)), conflict=True)


def _ask(strategy: Decider, base: Data | None, mine: Data | None, theirs: Data | None) -> Any:  # noqa: ANN401 - or NotImplemented
    answer: Any = strategy(base, mine, theirs)
    return answer if answer is None or answer is NotImplemented else checked(answer)


def _versions(local: Local) -> list[dict[str, Any]]:
    return [version for version in local.sent if version is not None]
