"""What somebody does not want to see any more, on this device.

The protocol has no way to give up a right: a reader may not change who has access, and an editor who does is added
again (protocol section 11.4). So leaving is remembered here, and the server is not told.
"""

import json
from collections.abc import Callable
from dataclasses import astuple

from . import edits
from .errors import InvalidSharingError, RecordNotFoundError
from .local import Local
from .place import Place
from .sqlite.database import Database
from .sqlite.replica import SqliteReplica

_META = "left"


class LeftPlaces:
    """The places that were left."""

    def __init__(self, database: Database, forget: Callable[..., None]) -> None:
        self._database = database
        self._forget = forget

    def all(self) -> frozenset[Place]:
        """List them."""
        written = json.loads(self._database.meta(_META) or "[]")
        return frozenset(Place(*parts) for parts in written)

    def leave(self, place: Place) -> None:
        """Let go of a place and what is in it.

        Raises:
            InvalidSharingError: it is one's own, or something of it was not sent.
            RecordNotFoundError: there is no such record.
        """
        if place.bucket in ("default", self._database.meta("bucket")):
            raise InvalidSharingError(f"{place} is your own: stop sharing it, or delete it")
        with self._database.transaction():
            if place.record is not None:
                self._edit(place, place.record, lambda local: _left(local, place))
            else:
                self._forget_all(place)
            self._write(self.all() | {place})

    def rejoin(self, place: Place) -> None:
        """Take a place back."""
        with self._database.transaction():
            self._write(self.all() - {place})
            if place.record is not None:
                self._edit(place, place.record, lambda local: None if local is None else edits.rejoin(local))

    def _edit(self, place: Place, record_id: str, step: Callable[[Local | None], Local | None]) -> None:
        for replica in self._replicas(place):
            before = replica.load(record_id)
            replica.edit(record_id, before, step(before))

    def _forget_all(self, place: Place) -> None:
        for replica in self._replicas(place):
            if replica.pending_count() or replica.refused() or replica.conflicts():
                raise InvalidSharingError(f"{place} has changes that were not sent: synchronise first")
            self._forget(replica.name, bucket=replica.bucket)

    def _replicas(self, place: Place) -> list[SqliteReplica]:
        rows = self._database.rows(
            "SELECT bucket, name FROM collections WHERE bucket = ? AND (? IS NULL OR name = ?)",
            place.bucket,
            place.collection,
            place.collection,
        )
        return [SqliteReplica(self._database, bucket, name) for bucket, name in rows]

    def _write(self, places: frozenset[Place]) -> None:
        self._database.set_meta(_META, json.dumps(sorted(map(astuple, places), key=str)))


def _left(local: Local | None, place: Place) -> Local:
    if local is None or local.data is None:
        raise RecordNotFoundError(f"there is no record {place.record!r}")
    if local.pending or local.conflict is not None:
        raise InvalidSharingError(f"{place} has changes that were not sent: synchronise first")
    return edits.leave(local)
