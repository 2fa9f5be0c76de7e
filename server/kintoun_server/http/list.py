"""A list of objects: GET, POST and DELETE (protocol sections 9, 10.6, 11.6 and 16)."""

import json
import secrets
import string
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kintoun_server.domain import timestamps
from kintoun_server.domain.change import Change, Method
from kintoun_server.domain.deletion import Deleted, Deletion
from kintoun_server.domain.kinds import BUCKET, RECORD
from kintoun_server.domain.listing import Reach, Selection, reach, shown, standing
from kintoun_server.domain.page_token import PageToken
from kintoun_server.domain.preconditions import Precondition
from kintoun_server.domain.refusals import Forbidden, Invalid, NotModified, ParentMissing, PreconditionFailed, Refusal
from kintoun_server.domain.uri import ListURI

from . import cors
from .backend import Seen
from .query import ListQuery, next_query, parse_list_query
from .resource import PERSONAL, ResourceHandler
from .service import DOCS

DEPRECATION = json.dumps(
    {"code": "soft-eol", "message": "_to is now deprecated, you should use _before instead", "url": f"{DOCS}api/1.x/"}
)
"""The header Alert on an answer to ``_to`` (protocol section 16.1)."""
_ALPHANUMERIC = string.ascii_letters + string.digits
_SHORT_ID_LENGTH = 8


class ListHandler(ResourceHandler):
    """The endpoint of a list of buckets, groups, collections or records."""

    allow = ("HEAD", "GET", "POST", "DELETE", "OPTIONS")
    shape = "plural"

    def exposed_headers(self) -> Sequence[str]:
        """List the headers that pages of other origins may read."""
        return cors.READ_LIST if self.request.method in ("GET", "HEAD") else (*cors.WRITE, "Next-Page")

    async def get(self, *path: str) -> None:
        """Answer a page of the list."""
        list_uri = self.list_at(*path)
        if unacceptable := self.accept_fault():
            raise unacceptable
        seen = await self._read(list_uri)
        reached = reach(seen.scope, "read")
        if not reached.open and not await self._any_reachable(seen, list_uri):
            raise Forbidden
        self.check_origin()
        precondition = self.precondition()
        query = self._query(list_uri)
        if query.deprecated:
            self.set_header("Alert", DEPRECATION)
        _check_list(precondition, seen.scope.clock)
        self.set_header("Cache-Control", "no-cache, no-store")
        if self.request.method == "HEAD":
            await self._send_totals(seen, query, reached)
        else:
            await self._send_page(list_uri, seen, query, reached)

    head = get

    async def post(self, *path: str) -> None:
        """Create an object, or answer the one that has the id already."""
        list_uri = self.list_at(*path)
        outcome = await self.change(list_uri, self._creation())
        body = {"permissions": outcome.shown, "data": outcome.stored.body()}
        self.send(body, 201 if outcome.created else 200, outcome.stored.last_modified)

    async def delete(self, *path: str) -> None:
        """Delete the objects of the list that match and that the caller may write."""
        list_uri = self.list_at(*path)
        if unacceptable := self.accept_fault():
            raise unacceptable
        deletion = self._deletion(list_uri)
        deleted = await self.settled(
            lambda: self._delete(deletion), lambda answer: isinstance(answer, Forbidden | ParentMissing), list_uri
        )
        if isinstance(deleted, Refusal):
            raise deleted
        query = self._query(list_uri)
        if query.deprecated:
            self.set_header("Alert", DEPRECATION)
        if deleted.position is not None:
            validity = self.site.settings.pagination_token_validity_seconds
            expires = self.site.now() + validity * 1000
            nonce = secrets.token_hex(8)
            token = PageToken(deleted.position, deleted.clock, nonce, expires, deleted.values)
            self._point_to_next(list_uri, query, token)
        self.send({"data": [stored.tombstone() for stored in deleted.tombstones]}, timestamp=deleted.clock)

    async def _delete(self, deletion: Deletion) -> Deleted | Refusal:
        try:
            return await self.writes.delete(deletion)
        except Refusal as refusal:
            return refusal

    async def _read(self, list_uri: ListURI) -> Seen:
        return await self.settled(
            lambda: self.site.store.objects.surroundings(list_uri, self.caller),
            lambda seen: seen.scope.missing is not None,
            list_uri,
        )

    async def _any_reachable(self, seen: Seen, list_uri: ListURI) -> bool:
        # Someone who could read objects until they were deleted, or taken from him, is told so when he synchronises.
        try:
            tombstones = self._query(list_uri).selection.tombstones
        except Refusal:
            tombstones = False
        return await self.site.store.objects.any_reachable(seen, tombstones=tombstones)

    def _query(self, list_uri: ListURI) -> ListQuery:
        return parse_list_query(self.request.query, str(list_uri), self.site.pages, self.site.now())

    async def _send_totals(self, seen: Seen, query: ListQuery, reached: Reach) -> None:
        total = await self.site.store.objects.total(seen, query.selection, full=reached.full)
        self._set_total(total)
        self.send({"data": []}, timestamp=seen.scope.clock)

    async def _send_page(self, list_uri: ListURI, seen: Seen, query: ListQuery, reached: Reach) -> None:
        selection = query.selection
        found = await self.site.store.objects.page(seen, selection, full=reached.full)
        page = found.objects
        timestamp = query.token.timestamp if query.token else seen.scope.clock
        if found.more:
            values = standing(page[-1], seen.scope, reached, selection)
            self._point_to_next(list_uri, query, PageToken(page[-1].last_modified, timestamp, values=values))
        bodies = [shown(stored, seen.scope, reached, selection) for stored in page]
        if query.token and not (found.more or reached.full) and selection.tombstones:
            bodies += await self._lost_meanwhile(seen, query.token, reached, selection)
        if reached.full and selection.whole:
            self._set_total(seen.scope.count)
        elif not found.more and query.token is None:
            readable = (reached.full or seen.scope.may("read", stored) for stored in page)
            self._set_total(sum(known and not stored.deleted for stored, known in zip(page, readable, strict=True)))
        self.send({"data": [body for body in bodies if body is not None]}, timestamp=timestamp)

    async def _lost_meanwhile(
        self, seen: Seen, token: PageToken, reached: Reach, selection: Selection
    ) -> list[dict[str, Any] | None]:
        """Write the tombstones that the last page owes to a reader of some objects.

        An object that the reader lost before the first page was read, and that changed since, has left its place in the
        pages; and the next synchronisation does not reach back to its loss.
        """
        limit = self.site.settings.storage_max_fetch_size
        since, bodies = Selection(since=token.timestamp, limit=limit), list[dict[str, Any] | None]()
        while True:
            found = await self.site.store.objects.page(seen, since, full=False)
            hidden = (stored for stored in found.objects if stored.deleted or not seen.scope.may("read", stored))
            bodies += [shown(stored, seen.scope, reached, selection) for stored in hidden]
            if not found.more:
                return bodies
            since = replace(since, position=found.objects[-1].last_modified)

    def _set_total(self, total: int) -> None:
        self.set_headers({"Total-Records": str(total), "Total-Objects": str(total)})

    def _point_to_next(self, list_uri: ListURI, query: ListQuery, token: PageToken) -> None:
        text = token.encode(self.site.token_secret, query.place)
        following = next_query(self.request.query, query.selection.limit or 0, text)
        self.set_header("Next-Page", f"{self.site.base_url(self.request)}{list_uri}?{following}")

    def _creation(self) -> Change:
        made_up = str(uuid.uuid4()) if self.kind is RECORD else _short_id()
        change = Change(method=Method.POST, id=made_up, caller=self.caller, unacceptable=self.media_fault())
        try:
            self.check_origin()
            change = replace(change, precondition=self.precondition())
            payload = self.payload()
            given = payload.data or {}
            if isinstance(given.get("id"), str):
                given = {**given, "id": self.kind.spelled(given["id"])}
            if "id" in given and not self._may_be_named(given["id"]):
                raise Invalid("path", None, "Invalid object id")
        except Refusal as fault:
            return replace(change, fault=fault)
        return replace(
            change,
            id=given.get("id", made_up),
            reserved=self.is_reserved(given.get("id", made_up)),
            id_made_up="id" not in given,
            data=payload.attributes,
            permissions=payload.permissions,
            last_modified=timestamps.requested(given.get("last_modified")),
        )

    def _may_be_named(self, object_id: object) -> bool:
        # A bucket called like the alias of the personal bucket could never be reached.
        return self.kind.is_id(object_id) and not (self.kind is BUCKET and object_id == PERSONAL)

    def _deletion(self, list_uri: ListURI) -> Deletion:
        deletion = Deletion(list=list_uri, caller=self.caller)
        try:
            self.check_origin()
            deletion = replace(deletion, precondition=self.precondition())
            query = self._query(list_uri)
            if query.token and query.token.expires < self.site.now():
                raise Invalid("querystring", None, "_token was already used or has expired.")
        except Refusal as fault:
            return replace(deletion, fault=fault)
        token = query.token or PageToken(0, 0)
        return replace(deletion, selection=query.selection, nonce=token.nonce, nonce_expires=token.expires)


def _check_list(precondition: Precondition, clock: int) -> None:
    if not precondition.holds(clock):
        raise PreconditionFailed(clock)
    if precondition.is_current(clock):
        raise NotModified(clock)


def _short_id() -> str:
    first = secrets.choice(_ALPHANUMERIC)
    return first + "".join(secrets.choice(_ALPHANUMERIC + "-_") for _ in range(_SHORT_ID_LENGTH - 1))
