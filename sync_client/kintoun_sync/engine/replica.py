"""What the engine needs of the local store: one collection of it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from kintoun_sync.local import Local
from kintoun_sync.reconcile import Note, Strategy


class Replica(Protocol):
    """The records of one collection on this device.

    What is done inside of one ``transaction()`` happens whole or not at all, whatever ends the process.
    """

    @property
    def bucket(self) -> str:
        """Its bucket, as it is addressed: ``default`` for one's own."""

    @property
    def name(self) -> str:
        """Its id."""

    @property
    def strategy(self) -> Strategy:
        """How conflicts are decided."""

    def transaction(self) -> AbstractContextManager[object]:
        """Begin a transaction, or join the one that runs; nobody else writes meanwhile."""

    def cursor(self) -> int | None:
        """Answer the ETag up to which all is here; None when the list has to be read whole."""

    def set_cursor(self, cursor: int | None) -> None:
        """Set it."""

    def access(self) -> str | None:
        """Answer what my access was when the list was last read whole, as a text to compare; None for never."""

    def set_access(self, access: str) -> None:
        """Set it."""

    def tick(self) -> int:
        """Answer a number that is greater than all that were given before."""

    def load(self, record_id: str) -> Local | None:
        """Answer one record."""

    def store(self, record_id: str, local: Local | None) -> None:
        """Write what the sync has made of a record, None to forget it; its revision is a new number."""

    def mark(self, local: Local) -> None:
        """Write bookkeeping (``sent``, ``refused``): its revision stays, and nobody is told."""

    def confirm(self, record_id: str) -> None:
        """Note that the server has the record, unchanged."""

    def pending(self, after: str, limit: int) -> Sequence[Local]:
        """List what has to be sent and was not refused, by id, from behind ``after``."""

    def pending_count(self) -> int:
        """Count it."""

    def known_count(self) -> int:
        """Count the records that the server has, as far as this device knows."""

    def unconfirmed(self, mark: int, limit: int) -> Sequence[Local]:
        """List records that the server had, but has not confirmed since ``tick`` gave ``mark``."""

    def unsent(self, limit: int) -> Sequence[Local]:
        """List records that the server never had, as far as this device knows."""

    def note(self, record_id: str, note: Note) -> None:
        """Write into the journal."""
