"""What the HTTP API needs of a store; ``app.py`` hands one in."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

from kintoun_server.domain.access import AccessPage
from kintoun_server.domain.change import Change, Outcome
from kintoun_server.domain.credential import Secret
from kintoun_server.domain.deletion import Deleted, Deletion
from kintoun_server.domain.listing import Page, Selection
from kintoun_server.domain.objects import Scope, Stored
from kintoun_server.domain.principals import Caller
from kintoun_server.domain.refusals import Refusal
from kintoun_server.domain.session import Session
from kintoun_server.domain.uri import ListURI, ObjectURI

Own: TypeAlias = Any
"""The ``Seen`` of the same store, in its own class."""


class Seen(Protocol):
    """A list with its surroundings, read at one instant; a store gets back what it gave."""

    @property
    def scope(self) -> Scope:
        """What the rules need to know of it for the caller."""


class Reads(Protocol):
    """The reads; each raises ``Unavailable`` when the database does not answer."""

    async def principals(self, caller: Caller) -> frozenset[str]:
        """Answer all that the caller is."""

    async def one(self, uri: ObjectURI, caller: Caller) -> tuple[Scope, Stored | None]:
        """Read an object, or its tombstone."""

    async def surroundings(self, list_uri: ListURI, caller: Caller) -> Seen:
        """Read the clock of a list and what decides on access to it."""

    async def page(self, seen: Own, selection: Selection, *, full: bool) -> Page:
        """Read a page, newest first."""

    async def total(self, seen: Own, selection: Selection, *, full: bool) -> int:
        """Count the live objects that match."""

    async def any_reachable(self, seen: Own, *, tombstones: bool) -> bool:
        """Tell whether the caller's own rights open the list."""


class AccountReads(Protocol):
    """The reads of authentication; each raises ``Unavailable`` when the database does not answer."""

    async def secret(self, name: str) -> Secret | None:
        """Read the secret of the account with a folded name; None when there is no such account."""


class SessionStore(Protocol):
    """The sessions of browsers; each call raises ``Unavailable`` when the database does not answer."""

    async def find(self, digest: str) -> Session | None:
        """Find a session that has not ended, though it may have expired."""

    async def begin(self, session: Session) -> None:
        """Keep a new session."""

    async def renew(self, session: Session) -> None:
        """Keep the new end of a session; one that has ended meanwhile does not come back."""

    async def end(self, digest: str) -> None:
        """End one session."""

    async def end_all(self, account: str) -> None:
        """End all sessions of the account with a folded name."""


class AccessReads(Protocol):
    """The reads of what a caller may do; each raises ``Unavailable`` when the database does not answer.

    The selections went through ``domain.access.checked``.
    """

    async def page(self, caller: Caller, selection: Selection) -> AccessPage:
        """Read a page of entries."""

    async def total(self, caller: Caller, selection: Selection) -> int:
        """Count the entries that match, whatever the page."""


class Writes(Protocol):
    """The writes; each raises ``Unavailable`` when the database does not answer, or the queue is full."""

    async def change(self, list_uri: ListURI, changes: Sequence[Change], size: int = 0) -> Sequence[Outcome | Refusal]:
        """Make changes to one list, together, and answer each."""

    async def change_together(
        self, changes: Sequence[tuple[ListURI, Change]], size: int = 0
    ) -> Sequence[Outcome | Refusal]:
        """Make changes to lists of one container, one after another in one commit, and answer each."""

    async def delete(self, deletion: Deletion) -> Deleted:
        """Delete what matches; raises the refusal."""


class Backend(Protocol):
    """A store. ``ephemeral`` tells that its data end with the process."""

    @property
    def ephemeral(self) -> bool:
        """Whether the data end with the process."""

    @property
    def objects(self) -> Reads:
        """The reads."""

    @property
    def accounts(self) -> AccountReads:
        """The reads of authentication."""

    @property
    def sessions(self) -> SessionStore:
        """The sessions of browsers."""

    @property
    def accesses(self) -> AccessReads:
        """The reads of what a caller may do."""

    @property
    def writer(self) -> Writes:
        """The writes."""

    async def flush(self) -> object:
        """Erase everything, at one instant; raises ``Unavailable``."""

    async def delete_user_data(self, principal: str) -> None:
        """Delete what only ``principal`` may write, and take it off all other lists; raises ``Unavailable``."""

    async def answers(self, seconds: float) -> bool:
        """Tell whether the database answers in time."""
