"""What people meant by what they typed, and whether all of it is still somewhere: the promise `intended` as a model.

Every value that is typed holds a text of its own, a token, so that it can be told from all others. Whoever writes a
field has seen what was in it: the new value stands for the old one from then on. What nobody has replaced in that way
must be in the result, in an open conflict or in the journal of some device.
"""

import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kintoun_sync import ABSENT
from kintoun_sync.collection import LocalCollection
from tests.devices import INTENDED, held

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Typed:
    """A value that somebody typed into a field: its token."""

    record: str
    field: str
    token: str


@dataclass(frozen=True)
class Removed:
    """Somebody removed a field that had this token."""

    number: int
    author: str
    record: str
    field: str
    token: str


@dataclass(frozen=True)
class Deleted:
    """Somebody deleted a record."""

    number: int
    author: str
    record: str


Deed = Typed | Removed | Deleted


def tokens(value: object) -> list[str]:
    """List the tokens in a value; two texts that were put together have two."""
    return [] if value is ABSENT else [part.partition(">")[0] for part in json.dumps(value).split("<")[1:]]


class Intentions:
    """All that was done on all devices, in the order of time, and what each deed was done in view of."""

    def __init__(self) -> None:
        self._number = 0
        self._later: dict[Deed, set[Deed]] = {}
        self._written_at: dict[Typed, int] = {}
        self._settled: set[Deed] = set()

    def token(self) -> str:
        """Make a text that is nowhere else."""
        self._number += 1
        return f"<{self._number}>"

    def watch(self, author: str, tasks: LocalCollection, act: Callable[[], object]) -> None:
        """Let a person act on a device, and note what they did by what changed before their eyes."""
        before = held(tasks)
        act()
        after = held(tasks)
        for record in before.keys() | after.keys():
            self._note(author, record, before.get(record), after.get(record))

    def _note(self, author: str, record: str, before: Fields | None, after: Fields | None) -> None:
        self._number += 1
        if after is None:
            deed = Deleted(self._number, author, record)
            self._later.setdefault(deed, set())
            for field, value in (before or {}).items():
                self._replace(record, field, value, {deed})
            self._settled |= {removed for removed in self._later if _is_removal(removed, author, record)}
            return
        written: set[Deed] = set()
        for field in {**(before or {}), **after}:
            old, new = ((side or {}).get(field, ABSENT) for side in (before, after))
            if old != new:
                written |= self._write(author, record, field, old, new)
        if before is None:
            for deed in self._deletions(author, record):
                self._later[deed] |= written
                self._settled.add(deed)

    def _write(self, author: str, record: str, field: str, old: object, new: object) -> set[Deed]:
        deeds: set[Deed] = {Typed(record, field, token) for token in tokens(new)}
        for deed in deeds:
            assert isinstance(deed, Typed)
            self._later.setdefault(deed, set())
            self._written_at[deed] = self._number
        if old is ABSENT:
            self._settled |= {deed for deed in self._later if _is_removal(deed, author, record, {field})}
        if new is ABSENT:
            deeds = {Removed(self._number, author, record, field, token) for token in tokens(old)}
            self._later |= {deed: set() for deed in deeds}
        self._replace(record, field, old, deeds)
        return deeds

    def _replace(self, record: str, field: str, old: object, deeds: set[Deed]) -> None:
        for token in tokens(old):
            self._later[Typed(record, field, token)] |= deeds or {Typed(record, field, "")}
        self._later.setdefault(Typed(record, field, ""), set())

    def forgotten(self, author: str, known: Callable[[str], bool]) -> None:
        """Tell what a device knows: a deletion of which it knows nothing any more has had its effect."""
        for record in {deed.record for deed in self._later}:
            if not known(record):
                self._settled.update(self._deletions(author, record))

    def _deletions(self, author: str, record: str) -> list[Deleted]:
        found = [deed for deed in self._later if isinstance(deed, Deleted)]
        return [deed for deed in found if (deed.author, deed.record) == (author, record)]

    def check(self, result: Mapping[str, Fields], devices: Mapping[str, LocalCollection]) -> None:
        """Check that nothing has vanished: `result` is what the server has."""
        places = {name: list(_kept(tasks)) for name, tasks in devices.items()}
        views = {name: held(tasks) for name, tasks in devices.items()}
        everywhere = [place for found in places.values() for place in found]
        everywhere += [(record, data) for view in (result, *views.values()) for record, data in view.items()]
        found = {
            Typed(record, field, token)
            for record, data in everywhere
            for field, value in (data or {}).items()
            for token in tokens(value)
        }
        for deed in self._later:
            if isinstance(deed, Typed):
                fine = deed.token == "" or self._is_there(deed, found, set())
            elif isinstance(deed, Removed):
                fine = self._is_removed(deed, result, [*places[deed.author], *views[deed.author].items()])
            else:
                fine = self._is_deleted(deed, views[deed.author], places[deed.author])
            assert fine, f"{INTENDED}\n  {deed}"

    def _is_there(self, deed: Deed, found: set[Typed], asked: set[Deed]) -> bool:
        """Tell whether a value is somewhere, or whether what was written in view of it is."""
        if deed in asked:
            return False
        asked.add(deed)
        is_kept = deed in found if isinstance(deed, Typed) and deed.token else True
        return is_kept or any(self._is_there(later, found, asked) for later in self._later[deed])

    def _is_removed(self, deed: Removed, result: Mapping[str, Fields], places: Iterable[tuple[str, Any]]) -> bool:
        """Tell whether a removed value stays away, unless it was written again or somebody is told."""
        if deed.token not in tokens(result.get(deed.record, {}).get(deed.field, ABSENT)):
            return True
        again = deed in self._settled or self._written_at[Typed(deed.record, deed.field, deed.token)] > deed.number
        return again or any(
            record == deed.record and data is not None and data.get(deed.field, ABSENT) is ABSENT
            for record, data in places
        )

    def _is_deleted(self, deed: Deleted, view: Mapping[str, Fields], places: Iterable[tuple[str, Any]]) -> bool:
        """Tell whether a deleted record stays away, unless it was made again or somebody is told."""
        return deed.record not in view or deed in self._settled or (deed.record, None) in places


def _is_removal(deed: Deed, author: str, record: str, fields: Container[str] | None = None) -> bool:
    if not isinstance(deed, Removed) or (deed.author, deed.record) != (author, record):
        return False
    return fields is None or deed.field in fields


def _kept(tasks: LocalCollection) -> Iterator[tuple[str, Any]]:
    """Walk over the versions of records that a device keeps for a person, None for a deletion."""
    for conflict in tasks.conflicts():
        if conflict.field is None:
            yield conflict.id, conflict.mine
        else:
            yield from ((conflict.id, {conflict.field: side}) for side in (conflict.mine, conflict.theirs))
    for entry in tasks.journal():
        yield from ((entry.id, side) for side in (entry.mine, entry.theirs, entry.result))
