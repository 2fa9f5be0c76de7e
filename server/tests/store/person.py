"""Someone who reads and writes the objects of a store, and sees of them what the API would show."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from kintoun_server.domain.change import Change, Method, Outcome
from kintoun_server.domain.deletion import Deleted, Deletion
from kintoun_server.domain.kinds import KINDS
from kintoun_server.domain.listing import Selection, reach, shown
from kintoun_server.domain.objects import Stored
from kintoun_server.domain.preconditions import NONE, ETag, Precondition
from kintoun_server.domain.principals import Caller
from kintoun_server.domain.refusals import Forbidden, Refusal
from kintoun_server.domain.uri import ListURI, ObjectURI
from kintoun_server.store.connection import Store

StartStore: TypeAlias = Callable[..., Awaitable[Store]]
"""Opens a store on a driver, with settings by keyword."""

_KINDS = {kind.plural: kind for kind in KINDS.values()}


def list_at(path: str) -> ListURI:
    """The list at a path such as `/buckets/b/groups`."""
    plurals, ids = path.split("/")[1::2], path.split("/")[2::2]
    return ListURI(_KINDS[plurals[-1]], *ids)


def object_at(path: str) -> ObjectURI:
    """The object at a path such as `/buckets/b/groups/g`."""
    place, _, object_id = path.rpartition("/")
    return list_at(place).object(object_id)


class Person:
    """Someone who uses one store; `name` is the user id, None for an anonymous person."""

    def __init__(self, store: Store, name: str | None) -> None:
        self.caller = Caller(name)
        self._store = store

    async def put(self, path: str, data: Mapping[str, Any] | None = None, **more: Any) -> Outcome:  # noqa: ANN401
        """PUT: `more` are fields of the change, and `if_match` and `if_none_match`. Raises the refusal."""
        return await self.write(Method.PUT, path, data=data, **more)

    async def patch(self, path: str, data: Mapping[str, Any] | None = None, **more: Any) -> Outcome:  # noqa: ANN401
        """PATCH, as `put`."""
        return await self.write(Method.PATCH, path, data=data, **more)

    async def delete(self, path: str, **more: Any) -> Outcome:  # noqa: ANN401
        """DELETE, as `put`."""
        return await self.write(Method.DELETE, path, **more)

    async def write(self, method: Method, path: str, **more: Any) -> Outcome:  # noqa: ANN401
        """Make one change. Raises the refusal."""
        return await self.submit(path.rpartition("/")[0], self.asks(method, path, **more))

    async def submit(self, path: str, change: Change) -> Outcome:
        """Make one change to the list at a path. Raises the refusal."""
        (answer,) = await self._store.writer.change(list_at(path), [change])
        if isinstance(answer, Refusal):
            raise answer
        return answer

    def asks(
        self,
        method: Method,
        path: str,
        *,
        if_match: ETag | None = None,
        if_none_match: ETag | None = None,
        **more: Any,  # noqa: ANN401
    ) -> Change:
        """A change, to be made together with others."""
        condition = Precondition(if_match, if_none_match)
        return Change(method=method, id=path.rpartition("/")[2], caller=self.caller, precondition=condition, **more)

    async def fill(self, path: str, count: int) -> None:
        """Make records r0, r1 ... in a list, many at once."""
        place = list_at(path)
        for first in range(0, count, 500):
            names = [f"{path}/r{number}" for number in range(first, min(first + 500, count))]
            await self._store.writer.change(place, [self.asks(Method.PUT, name) for name in names])

    async def delete_list(self, path: str, condition: Precondition = NONE, **more: Any) -> Deleted:  # noqa: ANN401
        """Delete objects of a list; `more` are the bounds of the selection, `nonce` and `fault`. Raises the refusal."""
        own = {name: more.pop(name) for name in ("nonce", "nonce_expires", "fault") if name in more}
        deletion = Deletion(
            list=list_at(path), caller=self.caller, selection=Selection(**more), precondition=condition, **own
        )
        return await self._store.writer.delete(deletion)

    async def get(self, path: str) -> Stored | None:
        """Read an object, None when it does not exist or is deleted. Raises Forbidden."""
        scope, stored = await self._store.objects.one(object_at(path), self.caller)
        live = None if stored is None or stored.deleted else stored
        if not scope.may("read", live):
            raise Forbidden
        return live

    async def entries(self, path: str, **bounds: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        """Read a list as the API shows it; `bounds` are those of the selection. Raises Forbidden, ParentMissing."""
        return (await self.page(path, **bounds))[0]

    async def page(self, path: str, **bounds: Any) -> tuple[list[dict[str, Any]], bool]:  # noqa: ANN401
        """Read a page, and whether there is more after it, as `entries`."""
        selection = Selection(**bounds)
        objects = self._store.objects
        seen = await objects.surroundings(list_at(path), self.caller)
        reached = reach(seen.scope, "read")
        if not reached.open and not await objects.any_reachable(seen, tombstones=selection.tombstones):
            raise Forbidden
        page = await objects.page(seen, selection, full=reached.full)
        bodies = [shown(stored, seen.scope, reached, selection) for stored in page.objects]
        return [body for body in bodies if body is not None], page.more

    async def total(self, path: str, **bounds: Any) -> int:  # noqa: ANN401
        """Count the live objects of a list as the API does."""
        seen = await self._store.objects.surroundings(list_at(path), self.caller)
        return await self._store.objects.total(seen, Selection(**bounds), full=reach(seen.scope, "read").full)

    async def clock(self, path: str) -> int:
        """The timestamp of a list in ms."""
        seen = await self._store.objects.surroundings(list_at(path), self.caller)
        return seen.scope.clock
