"""What a sync has done, or would do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from .json_value import Data
from .reconcile import Note


@dataclass(slots=True)
class Counts:
    """Records that were created, updated and deleted."""

    created: int = 0
    updated: int = 0
    deleted: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.created + self.updated + self.deleted

    def __str__(self) -> str:
        return f"{self.created} created, {self.updated} updated, {self.deleted} deleted"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to one record and that a person may want to know."""

    bucket: str
    collection: str
    id: str


@dataclass(frozen=True, slots=True)
class Merged(Event):
    """Changes of both sides were put together, or a strategy decided; the same stands in the journal."""

    note: Note


@dataclass(frozen=True, slots=True)
class Conflicting(Event):
    """A person has to decide: ``fields`` that both sides changed, none for a record that is no longer there."""

    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal(Event):
    """The server does not take the record as it is; it stays here as it is, and is sent again once it was edited."""

    status: int
    message: str


@dataclass(frozen=True, slots=True)
class PutBack(Event):
    """The server does not let me: its version stands again, None for none; ``lost`` is mine, None for a deletion."""

    status: int
    message: str
    lost: Data | None
    now: Data | None


@dataclass(frozen=True, slots=True)
class Problem:
    """A collection that could not be synchronised; the others were."""

    bucket: str
    collection: str
    status: int
    message: str


_LISTS = ("merged", "conflicts", "refused", "put_back", "withdrawn", "problems")


@dataclass(slots=True)
class SyncReport:
    """What one sync has done; with ``dry_run`` what it would have done."""

    dry_run: bool = False
    pulled: Counts = field(default_factory=Counts)
    pushed: Counts = field(default_factory=Counts)
    merged: list[Merged] = field(default_factory=list)
    conflicts: list[Conflicting] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    put_back: list[PutBack] = field(default_factory=list)
    withdrawn: list[Problem] = field(default_factory=list)
    """Collections to which access has ended: their records have left the device."""
    problems: list[Problem] = field(default_factory=list)
    resynced: list[str] = field(default_factory=list)
    """Collections (``bucket/name``) that were read whole although a cursor was there."""
    waiting: int = 0
    """Changes that are still to be sent."""
    requests: int = 0

    @property
    def ok(self) -> bool:
        """Whether everything is where it should be, and nobody has to look."""
        return not (self.conflicts or self.refused or self.put_back or self.problems or self.withdrawn or self.waiting)

    def __str__(self) -> str:
        parts = [f"pulled {self.pulled}", f"pushed {self.pushed}"]
        counts = {name: len(getattr(self, name)) for name in _LISTS}
        parts += [f"{name.replace('_', ' ')} {count}" for name, count in counts.items() if count]
        parts += [f"waiting {self.waiting}"] if self.waiting else []
        return ("would have: " if self.dry_run else "") + "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync has come with one collection."""

    bucket: str
    collection: str
    phase: str
    """``pull`` or ``push``."""
    done: int
    total: int | None
    """None where the server does not say."""


ProgressCallback: TypeAlias = Callable[[Progress], None]
