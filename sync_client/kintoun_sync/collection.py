"""A collection of records on this device: read and written without a network."""

import builtins
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from . import edits
from .conflict import Conflict, conflicts_of, decide
from .errors import InvalidRecordError, RecordNotFoundError
from .filters import in_order, matches, parse_filter, parse_sort
from .journal import JournalEntry, entries
from .json_value import ABSENT, checked
from .local import Local
from .record import Record
from .sqlite.changes import ChangeRow
from .sqlite.database import Database
from .sqlite.replica import SqliteReplica
from .watch import AsyncWatch, Change, Watch

REMOVED: Final = ABSENT
"""The value that removes a field in ``update``."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class LocalCollection:
    """What a collection is without a network: a container of records, by id."""

    def __init__(self, database: Database, replica: SqliteReplica) -> None:
        self._database = database
        self._replica = replica

    @property
    def name(self) -> str:
        """Its id."""
        return self._replica.name

    @property
    def bucket(self) -> str:
        """Its bucket: ``default`` for one's own."""
        return self._replica.bucket

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, bucket={self.bucket!r})"

    def create(self, data: Mapping[str, Any] | None = None, /, *, id: str | None = None) -> Record:  # noqa: A002 - its name
        """Write a new record; its id is made here (UUID 4), unless ``id`` or ``data["id"]`` gives one.

        Raises:
            InvalidRecordError: no JSON, or no id of the protocol.
            RecordExistsError: there is a record of this id.
        """
        given = dict(data or {})
        record_id = _checked_id(given.pop("id", id) or str(uuid.uuid4()))
        fields = checked(given)
        return self._write(record_id, lambda local: edits.create(local, record_id, fields))

    def get(self, id: str) -> Record | None:  # noqa: A002 - its name
        """Read a record; None when there is none."""
        local = self._replica.load(id)
        return None if local is None or local.data is None else Record(local)

    def __getitem__(self, id: str) -> Record:  # noqa: A002 - its name
        record = self.get(id)
        if record is None:
            raise RecordNotFoundError(f"there is no record {id!r}")
        return record

    def update(self, id: str, changes: Mapping[str, Any] | None = None, /, **fields: Any) -> Record:  # noqa: A002, ANN401 - its name; any JSON
        """Set fields; one that is set to ``REMOVED`` goes. Names that Python does not take go into a mapping.

        Raises:
            RecordNotFoundError, InvalidRecordError: no such record; no JSON.
        """
        given = {**(changes or {}), **fields}
        removed = {name: ABSENT for name, value in given.items() if value is ABSENT}
        new = checked({name: value for name, value in given.items() if name not in removed}) | removed
        return self._write(id, lambda local: edits.update(local, id, new))

    def replace(self, id: str, data: Mapping[str, Any]) -> Record:  # noqa: A002 - its name
        """Write a record whole: the fields that are not given go.

        Raises:
            RecordNotFoundError, InvalidRecordError: no such record; no JSON.
        """
        fields = checked(data)
        return self._write(id, lambda local: edits.overwrite(local, id, fields))

    def delete(self, id: str) -> None:  # noqa: A002 - its name
        """Delete a record.

        Raises:
            RecordNotFoundError: there is none.
        """
        decide(self._replica, id, lambda local: edits.delete(local, id))

    def _write(self, record_id: str, step: Callable[[Local | None], Local]) -> Record:
        with self._replica.transaction():
            decide(self._replica, record_id, step)
            return self[record_id]

    def __iter__(self) -> Iterator[Record]:
        return map(Record, self._replica.all())

    def __len__(self) -> int:
        return self._replica.count()

    def __bool__(self) -> bool:
        return True

    def __contains__(self, id: object) -> bool:  # noqa: A002 - its name
        return isinstance(id, str) and self.get(id) is not None

    def list(
        self,
        filters: Mapping[str, Any] | None = None,
        /,
        *,
        sort: str | Sequence[str] = "-last_modified",
        limit: int | None = None,
        **more_filters: Any,  # noqa: ANN401 - any JSON
    ) -> builtins.list[Record]:
        """List the records that fulfil all filters, as the server's list would (protocol section 16.2).

        ``status="todo"``; with an operator before the name or behind it: ``min_order=3`` or ``order__min=3``. There are
        ``not lt max gt min in exclude like has contains contains_any``.
        Names with dots, or those that Python or ``sort`` and ``limit`` have taken, go into a mapping:
        ``{"address.city": "Bern", "eq_limit": 3}``. ``sort="status,-order"``; the newest first otherwise.

        Raises:
            InvalidFilterError: an operator with a value that it does not take.
        """
        conditions = [parse_filter(name, value) for name, value in {**(filters or {}), **more_filters}.items()]
        keys = parse_sort(sort)
        found = (local for local in self._replica.all() if matches(_body(local), conditions))
        return [Record(local) for local in in_order(found, keys, _body)[:limit]]

    def pending(self) -> builtins.list[str]:
        """List the ids of what is waiting to be sent, deletions among it; what the server refused as it is, is not."""
        found: builtins.list[str] = []
        while page := self._replica.pending(found[-1] if found else "", 500):
            found += [local.id for local in page]
        return found

    def refused(self) -> builtins.list[Record]:
        """List the records that the server does not take as they are: ``record.refused`` says why."""
        return [Record(local) for local in self._replica.refused() if local.data is not None]

    def conflicts(self) -> builtins.list[Conflict]:
        """List what a person has to decide."""
        return conflicts_of(self._replica)

    def journal(self) -> builtins.list[JournalEntry]:
        """List what was done without a person, the newest first; each entry can be undone."""
        return entries(self._database, {self._replica.number: self._replica}, self._replica.number)

    def described(self, row: ChangeRow) -> Change:
        """Write a change as a reader sees it."""
        return Change(self.bucket, self.name, row.id, row.kind, row.origin, self.get(row.id) if row.id else None)


class Collection(LocalCollection):
    """A collection of a ``Store``."""

    def watch(self, *, timeout: float | None = None) -> Watch:
        """Follow the changes from now on, whoever makes them; end after ``timeout`` seconds without any."""
        return Watch(self._database, self._replica.number, self.described, timeout)


class AsyncCollection(LocalCollection):
    """A collection of an ``AsyncStore``."""

    def watch(self, *, timeout: float | None = None) -> AsyncWatch:
        """Follow the changes from now on, whoever makes them; end after ``timeout`` seconds without any."""
        return AsyncWatch(self._database, self._replica.number, self.described, timeout)


def _body(local: Local) -> dict[str, Any]:
    own = {"id": local.id} if local.etag is None else {"id": local.id, "last_modified": local.etag}
    return {**(local.data or {}), **own}


def _checked_id(record_id: object) -> str:
    if isinstance(record_id, str) and _ID.fullmatch(record_id):
        return record_id
    raise InvalidRecordError(
        f"no id: {record_id!r}; an id has letters, digits, - and _, and begins with neither of these"
    )
