"""Who has access to what: ``store.sharing``. All of it but leaving needs the server."""

from collections.abc import Callable
from typing import TypeAlias

from .collection import LocalCollection
from .engine import sharing as engine
from .groups import Ask, AsyncAsk
from .left import LeftPlaces
from .place import Place
from .principal import Who, principal_of
from .record import Record
from .role import Role
from .shared import AccessList, Removal, Shared
from .sqlite.database import Database

Target: TypeAlias = LocalCollection | Shared | str
"""A collection, something that ``with_me`` or ``by_me`` has listed, or the id of a bucket."""


class LocalSharing:
    """What needs no server."""

    def __init__(self, database: Database, forget: Callable[..., None]) -> None:
        self._left = LeftPlaces(database, forget)

    def leave(self, target: Target, *, record: Record | str | None = None) -> None:
        """Let go of something that was shared with me: it leaves this device, and ``with_me`` does not list it.

        The protocol has no way to give a right up, so the server is not told, and whoever shared it sees no difference.

        Raises:
            InvalidSharingError: it is my own, or has changes that were not sent.
            RecordNotFoundError: there is no such record.
        """
        self._left.leave(place_of(target, record))

    def rejoin(self, target: Target, *, record: Record | str | None = None) -> None:
        """Take back what was left; a collection is opened again by ``store.collection``."""
        self._left.rejoin(place_of(target, record))


class Sharing(LocalSharing):
    """Sharing of collections, of single records in them (``record=``), and of whole buckets (by id).

    People are named by their accounts (``"bob"``) or by any principal; groups by a ``Group``. All calls to the server
    raise ``OfflineError`` without a network, and ``AccessError`` where the server says no; then nothing has changed.
    """

    def __init__(self, database: Database, forget: Callable[..., None], ask: Ask) -> None:
        super().__init__(database, forget)
        self._ask = ask

    def create(self, target: Target) -> None:
        """Make a bucket, or a collection and its bucket, on the server; one that is there is no error."""
        self._ask(lambda talk: engine.create(talk, place_of(target)))

    def share(self, target: Target, who: Who, role: Role | str, *, record: Record | str | None = None) -> None:
        """Give a person or a group one role, in the place of what they had of their own on this object.

        ``reader`` may view, ``editor`` may view, edit, share and delete; on a collection or a bucket, ``contributor``
        may add, and sees what is their own or shared with them. A record has to be on the server: ``sync`` first.

        Raises:
            InvalidSharingError: there is no such role for such an object, or this names nobody.
        """
        place, principal = place_of(target, record), principal_of(who)
        self._ask(lambda talk: engine.share(talk, place, principal, role))

    def remove(self, target: Target, *who: Who, record: Record | str | None = None, below: bool = True) -> Removal:
        """Take a person's or a group's access away, from a collection with all its records unless ``below`` is false.

        Whoever has edited a record is named in it, so with a group its members go from ``write`` too. For many records
        it is no single step: when it breaks off, call it again. Look at ``remaining``: groups may let them in still.
        """
        place, principals = place_of(target, record), tuple(map(principal_of, who))
        return self._ask(lambda talk: engine.remove(talk, place, principals, below=below))

    def stop(self, target: Target, *, record: Record | str | None = None) -> Removal:
        """Take everybody's access away but my own."""
        place = place_of(target, record)
        return self._ask(lambda talk: engine.stop(talk, place))

    def who(self, target: Target, *, record: Record | str | None = None) -> AccessList:
        """List who has access, ``through`` telling what is inherited from the collection or the bucket."""
        place = place_of(target, record)
        return self._ask(lambda talk: engine.who(talk, place))

    def with_me(self) -> list[Shared]:
        """List what others share with me; what nobody else may write is taken for mine: there are no owners."""
        left = self._left.all()
        return self._ask(lambda talk: engine.with_me(talk, left))

    def by_me(self, *collections: LocalCollection) -> list[Shared]:
        """List the buckets and collections that I share, and the records of these collections that I share singly."""
        places = list(map(place_of, collections))
        return self._ask(lambda talk: engine.by_me(talk, places))


class AsyncSharing(LocalSharing):
    """The same for ``await``: see ``Sharing``. Leaving and rejoining wait for nobody."""

    def __init__(self, database: Database, forget: Callable[..., None], ask: AsyncAsk) -> None:
        super().__init__(database, forget)
        self._ask = ask

    async def create(self, target: Target) -> None:
        """Make a bucket or a collection: see ``Sharing.create``."""
        await self._ask(lambda talk: engine.create(talk, place_of(target)))

    async def share(self, target: Target, who: Who, role: Role | str, *, record: Record | str | None = None) -> None:
        """Give a person or a group one role: see ``Sharing.share``."""
        place, principal = place_of(target, record), principal_of(who)
        await self._ask(lambda talk: engine.share(talk, place, principal, role))

    async def remove(
        self, target: Target, *who: Who, record: Record | str | None = None, below: bool = True
    ) -> Removal:
        """Take a person's or a group's access away: see ``Sharing.remove``."""
        place, principals = place_of(target, record), tuple(map(principal_of, who))
        return await self._ask(lambda talk: engine.remove(talk, place, principals, below=below))

    async def stop(self, target: Target, *, record: Record | str | None = None) -> Removal:
        """Take everybody's access away but my own."""
        place = place_of(target, record)
        return await self._ask(lambda talk: engine.stop(talk, place))

    async def who(self, target: Target, *, record: Record | str | None = None) -> AccessList:
        """List who has access: see ``Sharing.who``."""
        place = place_of(target, record)
        return await self._ask(lambda talk: engine.who(talk, place))

    async def with_me(self) -> list[Shared]:
        """List what others share with me: see ``Sharing.with_me``."""
        left = self._left.all()
        return await self._ask(lambda talk: engine.with_me(talk, left))

    async def by_me(self, *collections: LocalCollection) -> list[Shared]:
        """List what I share: see ``Sharing.by_me``."""
        places = list(map(place_of, collections))
        return await self._ask(lambda talk: engine.by_me(talk, places))


def place_of(target: Target, record: Record | str | None = None) -> Place:
    """Answer where something stands."""
    if isinstance(target, str):
        return Place(target)
    if isinstance(target, Shared):
        return target.place if record is None else Place(target.bucket, target.collection, _id(record))
    return Place(target.bucket, target.name, _id(record))


def _id(record: Record | str | None) -> str | None:
    return record.id if isinstance(record, Record) else record
