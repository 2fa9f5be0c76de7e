"""Groups of people: ``store.groups``. All of it needs the server."""

import builtins
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol, TypeAlias, TypeVar

from .engine import groups as engine
from .engine.exchange import Steps
from .engine.groups import Members
from .engine.sharing import Talk
from .principal import HasPrincipal, Who, key, member_of, principal_of
from .shared import Group

T = TypeVar("T")
GroupLike: TypeAlias = HasPrincipal | str
"""A ``Group``, or its principal such as ``/buckets/todo/groups/friends``."""


class Ask(Protocol):
    """How a question is put to the server."""

    def __call__(self, question: Callable[[Talk], Steps[T]], /) -> T:
        """Ask it."""


class AsyncAsk(Protocol):
    """The same for ``await``."""

    def __call__(self, question: Callable[[Talk], Steps[T]], /) -> Awaitable[T]:
        """Ask it."""


class Groups:
    """Groups, in one's own bucket unless another is named.

    All calls raise ``OfflineError`` without a network and ``AccessError`` where the server says no; then nothing has
    changed.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def create(self, name: str, members: Iterable[Who] = (), *, bucket: str = "default") -> Group:
        """Make a group. A name that can be no id becomes the title of one that is like it.

        Raises:
            InvalidSharingError: there is one of this name, or somebody cannot be a member.
        """
        people = tuple(map(member_of, members))
        return self._ask(lambda talk: engine.create(talk, name, people, bucket))

    def get(self, group: GroupLike) -> Group:
        """Read a group."""
        return self._ask(lambda talk: engine.read(talk.line, principal_of(group)))

    def list(self, *, bucket: str = "default") -> builtins.list[Group]:
        """List the groups of a bucket that I may see."""
        return self._ask(lambda talk: engine.of_bucket(talk, bucket))

    def joined(self) -> builtins.list[Group]:
        """List the groups that I am in."""
        return self._ask(engine.mine)

    def add(self, group: GroupLike, *people: Who) -> Group:
        """Take people in; those who are in it stay once."""
        return self._ask(lambda talk: engine.set_members(talk.line, principal_of(group), adding(people)))

    def remove(self, group: GroupLike, *people: Who) -> Group:
        """Put people out.

        What they have edited names them in its own list (protocol section 11.4), so they keep access to that until
        ``sharing.remove(collection, person)`` takes it away.
        """
        return self._ask(lambda talk: engine.set_members(talk.line, principal_of(group), removing(people)))

    def rename(self, group: GroupLike, title: str) -> Group:
        """Give it another title; its id, by which objects are shared with it, stays."""
        return self._ask(lambda talk: engine.rename(talk.line, principal_of(group), title))

    def delete(self, group: GroupLike) -> None:
        """Delete it. Whoever makes one of the same id later has what was shared with it: take that away first."""
        self._ask(lambda talk: engine.delete(talk.line, principal_of(group)))


class AsyncGroups:
    """The same for ``await``: see ``Groups``."""

    def __init__(self, ask: AsyncAsk) -> None:
        self._ask = ask

    async def create(self, name: str, members: Iterable[Who] = (), *, bucket: str = "default") -> Group:
        """Make a group: see ``Groups.create``."""
        people = tuple(map(member_of, members))
        return await self._ask(lambda talk: engine.create(talk, name, people, bucket))

    async def get(self, group: GroupLike) -> Group:
        """Read a group."""
        return await self._ask(lambda talk: engine.read(talk.line, principal_of(group)))

    async def list(self, *, bucket: str = "default") -> builtins.list[Group]:
        """List the groups of a bucket that I may see."""
        return await self._ask(lambda talk: engine.of_bucket(talk, bucket))

    async def joined(self) -> builtins.list[Group]:
        """List the groups that I am in."""
        return await self._ask(engine.mine)

    async def add(self, group: GroupLike, *people: Who) -> Group:
        """Take people in."""
        return await self._ask(lambda talk: engine.set_members(talk.line, principal_of(group), adding(people)))

    async def remove(self, group: GroupLike, *people: Who) -> Group:
        """Put people out: see ``Groups.remove``."""
        return await self._ask(lambda talk: engine.set_members(talk.line, principal_of(group), removing(people)))

    async def rename(self, group: GroupLike, title: str) -> Group:
        """Give it another title."""
        return await self._ask(lambda talk: engine.rename(talk.line, principal_of(group), title))

    async def delete(self, group: GroupLike) -> None:
        """Delete it: see ``Groups.delete``."""
        await self._ask(lambda talk: engine.delete(talk.line, principal_of(group)))


def adding(people: Iterable[Who]) -> Callable[[Members], Members]:
    """Answer how members change when people are taken in."""
    new = {key(one): one for one in map(member_of, people)}

    def wanted(before: Members) -> Members:
        there = set(map(key, before))
        return (*before, *(one for name, one in new.items() if name not in there))

    return wanted


def removing(people: Iterable[Who]) -> Callable[[Members], Members]:
    """Answer how members change when people are put out."""
    gone = {key(principal_of(one)) for one in people}
    return lambda before: tuple(one for one in before if key(one) not in gone)
