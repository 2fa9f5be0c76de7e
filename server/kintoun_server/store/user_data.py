"""Deleting what a user leaves behind (protocol section 26)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kintoun_server.domain.account_name import name_in
from kintoun_server.domain.change import Change, Method
from kintoun_server.domain.kinds import KINDS, Kind
from kintoun_server.domain.principals import Caller
from kintoun_server.domain.refusals import Missing, ParentMissing, Refusal
from kintoun_server.domain.uri import ListURI, ObjectURI

from .documents import audience_tokens
from .driver import OBJECTS, Driver, Find
from .sessions import Sessions
from .writer import Writer

PAGE = 100
"""Objects that are looked at together; those of one container change in one transaction."""


@dataclass(frozen=True, slots=True)
class UserData:
    """Finds through ``driver`` what names a principal, and changes it through ``writer`` as any other write does."""

    driver: Driver
    writer: Writer
    sessions: Sessions
    seconds: float

    async def delete(self, principal: str) -> None:
        """Delete the objects that only ``principal`` may write by their own lists, and take it off all other lists.

        What it creates meanwhile may stay, and so does everything that was not reached yet when this fails: to call it
        again completes it. Groups keep their members. The sessions of an account end.

        Raises:
            Unavailable: the database did not answer, or too many writes wait.
            TooLarge: an object is so large that it cannot even note who may not read it any more.
        """
        if account := name_in(principal):
            await self.sessions.end_all(account)
        # Buckets first: with one goes everything in it.
        for kind in (kind for kind in KINDS.values() if kind.permissions):
            async for page in self._pages(principal, kind):
                lists = [(place, [uri.id for uri in uris]) for place, uris in groupby(page, lambda uri: uri.list)]
                await asyncio.gather(*(self._withdraw(principal, place, ids) for place, ids in lists))

    async def _pages(self, principal: str, kind: Kind) -> AsyncIterator[Sequence[ObjectURI]]:
        last = ""
        token = audience_tokens([principal])[0]
        while True:
            query = {"audience": token, "kind": kind.name, "_id": {"$gt": last}}
            found = await self.driver.find(Find(OBJECTS, query, (("_id", 1),), PAGE, {"_id": 1}), self.seconds)
            if not found:
                return
            last = found[-1]["_id"]
            yield [ObjectURI.parse(document["_id"]) for document in found]

    async def _withdraw(self, principal: str, list_uri: ListURI, ids: Sequence[str]) -> None:
        changes = [
            Change(method=Method.PATCH, id=object_id, caller=Caller(), withdrawn=principal, granted=True)
            for object_id in ids
        ]
        for answer in await self.writer.change(list_uri, changes):
            # It may have been deleted meanwhile, by itself or with its container.
            if isinstance(answer, Refusal) and not isinstance(answer, Missing | ParentMissing):
                raise answer
