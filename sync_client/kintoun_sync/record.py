"""One record as a reader sees it."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from .local import Local, Refused
from .merge import FieldConflict
from .reconcile import as_written


class State(StrEnum):
    """How a record stands to the server."""

    SYNCED = "synced"
    CREATED = "created"
    """Written here, and not yet sent."""
    UPDATED = "updated"
    """Changed here, and not yet sent."""
    REFUSED = "refused"
    """The server does not take it as it is; it is sent again once it was edited."""


class Record(Mapping[str, Any]):
    """The fields of one record, as a mapping that does not change: ``record["title"]``, ``dict(record)``.

    It is the record of the moment when it was read; ``collection.get(record.id)`` reads it anew.
    """

    __slots__ = ("_data", "_local")

    def __init__(self, local: Local) -> None:
        self._local = local
        self._data = local.data or {}

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - any JSON
        return self._data[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Record):
            return (self.id, self._data) == (other.id, other._data)
        return bool(self._data == other)

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"Record({self.id!r}, {self._data!r})"

    @property
    def id(self) -> str:
        """The id, made by the client that created it."""
        return self._local.id

    @property
    def last_modified(self) -> int | None:
        """The server's timestamp of the version that this one comes from, in ms; None for one it does not have."""
        return self._local.etag

    @property
    def state(self) -> State:
        """How it stands to the server."""
        if self._local.refused is not None:
            return State.REFUSED
        if not self._local.pending:
            return State.SYNCED
        return State.CREATED if self._local.base is None else State.UPDATED

    @property
    def refused(self) -> Refused | None:
        """Why the server does not take it; None when it does."""
        return self._local.refused

    @property
    def conflicts(self) -> Mapping[str, FieldConflict]:
        """The fields that are to be decided: the record has theirs, ``conflicts[name].mine`` is what I had written."""
        return MappingProxyType(dict(self._local.conflict.fields) if self._local.conflict else {})

    @property
    def mine(self) -> dict[str, Any]:
        """The fields with mine wherever something is to be decided: what an editor shows to whom wrote it."""
        return dict(as_written(self._local) or {})
