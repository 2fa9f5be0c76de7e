"""Reading: one object, one page of a list, totals and principals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kintoun_server.domain.listing import Page, Selection
from kintoun_server.domain.objects import Scope, Stored
from kintoun_server.domain.permissions import Rules
from kintoun_server.domain.principals import Caller
from kintoun_server.domain.uri import ListURI, ObjectURI

from .chain import Chain, accounts_of, find_together, principals_of
from .documents import audience_query, decode
from .driver import OBJECTS, Document, Driver, Find, Query
from .filters import Condition
from .order import After, order_of

MAX_PAGE_BYTES = 16 * 1024 * 1024
"""Bytes of documents in a page, not counting the last."""
MAX_ASKED = 1000
"""Principals that one query asks for."""
NEWEST_FIRST = (("last_modified", -1),)
OLDEST_FIRST = (("last_modified", 1),)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one query showed: the list with its surroundings, and the caller's view of them."""

    chain: Chain
    scope: Scope


class Objects:
    """The reads of the store. Each raises ``Unavailable`` when the database does not answer in ``seconds``."""

    def __init__(self, driver: Driver, rules: Rules, seconds: float) -> None:
        """Read through ``driver``."""
        self._driver = driver
        self._rules = rules
        self._seconds = seconds

    async def principals(self, caller: Caller, *, everybody: bool = True) -> frozenset[str]:
        """Answer all that the caller is (protocol section 6.2); one round trip, none for an anonymous caller.

        Without ``everybody`` the groups of everybody who is authenticated are left out.

        Raises:
            StaleCredentials: the caller's account is not what it was when the password was verified.
        """
        if not caller.memberships:
            return caller.principals()
        members = sorted(caller.memberships) if everybody else [caller.user_id]
        groups = {"members": {"$in": members}}
        accounts = {"_id": {"$in": sorted(accounts_of([caller]))}}
        find = Find(OBJECTS, {"$or": [accounts, groups]}, projection={"parent": 1, "deleted": 1, "secret.version": 1})
        return principals_of(caller, _by_uri(await self._driver.find(find, self._seconds)))

    async def one(self, uri: ObjectURI, caller: Caller) -> tuple[Scope, Stored | None]:
        """Read an object, or its tombstone, with all that decides whether the caller may see it; one round trip."""
        seen, documents = await self._surroundings(uri.list, [uri], caller)
        return seen.scope, seen.chain.object(uri.id, documents)

    async def surroundings(self, list_uri: ListURI, caller: Caller) -> Seen:
        """Read the list's clock and all that decides how much of it the caller may see; one round trip."""
        seen, _ = await self._surroundings(list_uri, [], caller)
        return seen

    async def page(self, seen: Seen, selection: Selection, *, full: bool) -> Page:
        """Read a page, newest first; tombstones only where the selection asks for them. One round trip.

        It ends before its limit when it has ``MAX_PAGE_BYTES``: whatever people store, an answer fits into memory.

        With ``full`` every object of the list counts, otherwise those that the caller can or could read by their own
        lists.
        """
        find = page_query(seen.chain, selection, None if full else seen.scope.principals)
        return page_of(find, await self._driver.find(find, self._seconds))

    async def total(self, seen: Seen, selection: Selection, *, full: bool) -> int:
        """Count the live objects that match, whatever the page; none or one round trip."""
        if full and selection.whole:
            return seen.chain.count
        query = {
            **_span(seen.chain, replace(selection, position=None)),
            **audience_query(None if full else _nearest(seen.scope.principals, seen.chain), tombstones=False),
        }
        where = Condition(seen.chain.list, selection.filters) if selection.filters else None
        return await self._driver.count(OBJECTS, query, self._seconds, where)

    async def any_reachable(self, seen: Seen, *, tombstones: bool) -> bool:
        """Tell whether the caller's own rights open the list: by one object at least (protocol section 11.6).

        One round trip.
        """
        selection = Selection(limit=1, since=0) if tombstones else Selection(limit=1)
        return bool((await self.page(seen, selection, full=False)).objects)

    async def _surroundings(
        self, list_uri: ListURI, targets: Sequence[ObjectURI], caller: Caller
    ) -> tuple[Seen, Mapping[str, Document]]:
        found = await self._driver.find(find_together([list_uri], targets, [caller]), self._seconds)
        documents = _by_uri(found)
        chain = Chain.among(list_uri, documents)
        return Seen(chain, chain.scope(principals_of(caller, documents), self._rules)), documents


def _by_uri(documents: Iterable[Document]) -> dict[str, Document]:
    return {document["_id"]: document for document in documents}


def page_query(chain: Chain, selection: Selection, principals: frozenset[str] | None) -> Find:
    """Write the query for a page.

    Of everything, or of what ``principals`` can or could read by the objects' own lists.
    """
    asked = _nearest(principals, chain)
    readable = None if asked is None or not selection.tombstones else frozenset(asked)
    order = order_of(chain.list, selection, readable)
    later = order and selection.position is not None
    return Find(
        OBJECTS,
        {**_span(chain, selection), **audience_query(asked, tombstones=selection.tombstones)},
        OLDEST_FIRST if selection.ascending else NEWEST_FIRST,
        selection.limit + 1 if selection.limit else 0,
        max_bytes=MAX_PAGE_BYTES,
        where=Condition(chain.list, selection.filters, readable) if selection.filters else None,
        order=order,
        after=After(order, selection.values, selection.position or 0) if order and later else None,
    )


def page_of(find: Find, documents: Sequence[Document]) -> Page:
    """Make the page of what ``page_query`` found: the last document only tells that there is more."""
    stored = [decode(document) for document in documents]
    size = sum(document.get("size", 0) for document in documents)
    more = 0 < find.limit <= len(stored) or 0 < find.max_bytes < size
    return Page(stored[:-1] if more else stored, more=more)


def _nearest(principals: frozenset[str] | None, chain: Chain) -> list[str] | None:
    """Bound what a query asks for: of more than 1,000 principals, the groups of other buckets are left out first."""
    if principals is None:
        return None
    own = f"/buckets/{chain.list.bucket}/"
    ordered = sorted(principals, key=lambda name: (name.startswith("/buckets/") and not name.startswith(own), name))
    return ordered[:MAX_ASKED]


def _span(chain: Chain, selection: Selection) -> Query:
    position = None if selection.order else selection.position
    upper = [selection.before, None if selection.ascending else position]
    lower = [selection.since, position if selection.ascending else None]
    bounds = {
        "$gt": max((bound for bound in lower if bound is not None), default=None),
        "$lt": min((bound for bound in upper if bound is not None), default=None),
    }
    span: dict[str, Any] = {name: bound for name, bound in bounds.items() if bound is not None}
    return {"parent": chain.key, **({"last_modified": span} if span else {})}
