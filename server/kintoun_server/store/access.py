"""Reading what a caller may do, object by object: the entries of ``/permissions`` (protocol section 21).

An index leads from the caller's principals to the objects whose own lists name them, so that the cost does not depend
on what there is besides.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from kintoun_server.domain.access import Access, AccessPage, Entry
from kintoun_server.domain.listing import Selection
from kintoun_server.domain.permissions import Rules
from kintoun_server.domain.principals import Caller
from kintoun_server.domain.uri import ObjectURI

from .access_query import CHUNK, Entries, weight
from .chain import is_alive
from .driver import OBJECTS, PURGES, Document, Driver, Find
from .objects import MAX_PAGE_BYTES, Objects

_CONTAINER = dict.fromkeys(("parent", "deleted", "generation"), 1)


class Accesses:
    """The reads of entries. Each raises ``Unavailable`` when the database does not answer in ``seconds``.

    The selections went through ``domain.access.checked``. Groups of everybody who is authenticated do not count
    (decision 0016).
    """

    def __init__(self, driver: Driver, objects: Objects, rules: Rules, seconds: float) -> None:
        """Read through ``driver``, and find the groups of callers through ``objects``."""
        self._driver = driver
        self._objects = objects
        self._rules = rules
        self._seconds = seconds

    async def page(self, caller: Caller, selection: Selection) -> AccessPage:
        """Read a page of what the caller may do. Two round trips; more while deleted containers wait for the purge.

        It ends before its limit when it has ``MAX_PAGE_BYTES``.
        """
        asked, purging = await self._asked(caller, selection)
        limit = selection.limit or 0
        entries: list[Entry] = []
        position, more = asked.start, True
        while more and sum(map(weight, entries)) <= MAX_PAGE_BYTES and (not limit or len(entries) <= limit):
            find = asked.find(position)
            documents = await self._driver.find(find, self._seconds)
            more = _is_cut(find, documents)
            entries += map(asked.entry, await self._living(documents) if purging else documents)
            position = asked.standing(asked.entry(documents[-1])) if documents else None
        ordered = asked.sorted(entries, position if more else None)
        if 0 < limit < len(ordered):
            return AccessPage(ordered[:limit], more=True)
        return AccessPage(ordered, more=more)

    async def total(self, caller: Caller, selection: Selection) -> int:
        """Count the entries that match, whatever the page.

        Two round trips; while deleted containers wait for the purge, two for each thousand of entries.
        """
        asked, purging = await self._asked(caller, selection)
        count = len(asked.roots)
        if not purging:
            return count + await self._driver.count(OBJECTS, asked.query(), self._seconds, asked.where)
        walk, position = asked.walk(), None
        while documents := await self._driver.find(walk.find(position), self._seconds):
            count += len(await self._living(documents))
            position = walk.standing(walk.entry(documents[-1]))
        return count

    async def _asked(self, caller: Caller, selection: Selection) -> tuple[Entries, bool]:
        """Answer what is asked for, and whether some of it may be below deleted containers.

        The marks of the purge are read before the objects: what is deleted and has no mark by then, is removed.
        """
        marks, principals = await asyncio.gather(
            self._driver.find(Find(PURGES, {}, sort=(("_id", 1),), limit=1), self._seconds),
            self._objects.principals(caller, everybody=False),
        )
        return Entries(Access(principals, self._rules), selection), bool(marks)

    async def _living(self, documents: Sequence[Document]) -> list[Document]:
        """Leave out what is below deleted containers."""
        living: list[Document] = []
        for start in range(0, len(documents), CHUNK):
            chunk = [(ObjectURI.parse(document["_id"]), document) for document in documents[start : start + CHUNK]]
            containers = await self._containers(uri for uri, _ in chunk)
            living += [document for uri, document in chunk if is_alive(uri, document["parent"], containers)]
        return living

    async def _containers(self, uris: Iterable[ObjectURI]) -> Mapping[str, Document]:
        wanted = sorted({str(ancestor) for uri in uris for ancestor in uri.ancestors})
        found = await self._driver.find(Find(OBJECTS, {"_id": {"$in": wanted}}, projection=_CONTAINER), self._seconds)
        return {document["_id"]: document for document in found}


def _is_cut(find: Find, documents: Sequence[Document]) -> bool:
    size = sum(document.get("size", 0) for document in documents)
    return 0 < find.limit <= len(documents) or size > find.max_bytes
