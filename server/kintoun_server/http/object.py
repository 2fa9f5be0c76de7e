"""One object: GET, PUT, PATCH and DELETE (protocol sections 9 to 14)."""

from dataclasses import replace

from kintoun_server.domain import timestamps
from kintoun_server.domain.change import Change, Method, Outcome
from kintoun_server.domain.kinds import BUCKET, COLLECTION
from kintoun_server.domain.listing import part
from kintoun_server.domain.objects import Scope, Stored
from kintoun_server.domain.permissions import shown
from kintoun_server.domain.preconditions import Precondition
from kintoun_server.domain.refusals import (
    Forbidden,
    Invalid,
    Missing,
    NotModified,
    ParentMissing,
    PreconditionFailed,
    Refusal,
)
from kintoun_server.domain.uri import ObjectURI

from . import cors
from .body import Payload
from .patch import parse_behavior
from .query import object_fields, parse_pairs
from .resource import PERSONAL, ResourceHandler, check_id


class ObjectHandler(ResourceHandler):
    """The endpoint of one bucket, group, collection or record."""

    allow = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
    shape = "object"

    def exposed_headers(self) -> tuple[str, ...]:
        """List the headers that pages of other origins may read."""
        return cors.READ_OBJECT if self.request.method in ("GET", "HEAD") else cors.WRITE

    async def get(self, *path: str) -> None:
        """Answer the object."""
        uri = self._uri(path)
        if unacceptable := self.media_fault():
            raise unacceptable
        scope, live = await self._read(uri)
        _authorise(scope, live)
        self.check_origin()
        check_id(uri.id, self.kind)
        precondition = self.precondition()
        fields = object_fields(self.request.query)
        if live is None:
            raise Missing(self.kind.name, uri.id)
        _check_read(precondition, live)
        self.set_header("Cache-Control", "no-cache, no-store")
        permissions = {} if fields else {"permissions": shown(live.permissions, scope.principals)}
        self.send({**permissions, "data": part(live.body(), fields)}, timestamp=live.last_modified)

    head = get

    async def put(self, *path: str) -> None:
        """Create or replace the object."""
        await self._write(Method.PUT, path)

    async def patch(self, *path: str) -> None:
        """Change some attributes of the object."""
        await self._write(Method.PATCH, path)

    async def delete(self, *path: str) -> None:
        """Delete the object; what is left is a tombstone."""
        await self._write(Method.DELETE, path)

    async def _write(self, method: Method, path: tuple[str, ...]) -> None:
        uri = self._uri(path)
        outcome = await self.change(uri.list, self._change(method, uri))
        stored = outcome.stored
        self.send(_answer(outcome), 201 if outcome.created else 200, stored.last_modified)

    def _uri(self, path: tuple[str, ...]) -> ObjectURI:
        *containers, object_id = path
        if self.kind is BUCKET and object_id == PERSONAL:
            object_id = self.personal_id()
        return ObjectURI(self.list_at(*containers), self.kind.spelled(object_id))

    async def _read(self, uri: ObjectURI) -> tuple[Scope, Stored | None]:
        async def attempt() -> tuple[Scope, Stored | None]:
            scope, stored = await self.site.store.objects.one(uri, self.caller)
            return scope, None if stored is None or stored.deleted else stored

        return await self.settled(attempt, self._lacks, uri)

    def _lacks(self, read: tuple[Scope, Stored | None]) -> bool:
        scope, live = read
        return scope.missing is not None or (live is None and self.kind in (BUCKET, COLLECTION))

    def _change(self, method: Method, uri: ObjectURI) -> Change:
        change = Change(
            method=method,
            id=uri.id,
            caller=self.caller,
            reserved=self.is_reserved(uri.id),
            unacceptable=self.media_fault(),
        )
        try:
            self.check_origin()
            check_id(uri.id, self.kind)
            change = replace(change, precondition=self.precondition())
            query = dict(parse_pairs(self.request.query))
            if method is Method.DELETE:
                return replace(change, last_modified=_wanted(query.get("last_modified")))
            if method is Method.PATCH:
                return self._patching(change)
            payload = self.payload()
        except Refusal as fault:
            return replace(change, fault=fault)
        return replace(
            change,
            data=payload.attributes,
            permissions=payload.permissions,
            last_modified=timestamps.requested((payload.data or {}).get("last_modified")),
            misfit=_misfit(payload, uri, personal=self.personal and self.kind is BUCKET),
        )

    def _patching(self, change: Change) -> Change:
        behavior = parse_behavior(self.request.headers.get("Response-Behavior"))
        patch = self.patch_asked(change.id)
        stamp = timestamps.requested(patch.sent.get("last_modified"))
        return replace(change, patch=patch, behavior=behavior, last_modified=stamp)


def _answer(outcome: Outcome) -> dict[str, object]:
    if outcome.part is not None:
        return {"data": outcome.part}
    body = outcome.stored.body()
    return {"data": body} if outcome.stored.deleted else {"permissions": outcome.shown, "data": body}


def _authorise(scope: Scope, live: Stored | None) -> None:
    if not scope.may("read", live):
        raise Forbidden
    if scope.missing:
        raise ParentMissing(*scope.missing)


def _check_read(precondition: Precondition, live: Stored) -> None:
    if not precondition.holds(live.last_modified):
        raise PreconditionFailed(live.last_modified, live.body())
    if precondition.is_current(live.last_modified):
        raise NotModified(live.last_modified)


def _wanted(text: str | None) -> int | None:
    if text is None:
        return None
    digits = text.removeprefix('"').removesuffix('"')
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 19:  # noqa: PLR2004 - more digits leave 64 bits
        raise Invalid("querystring", "last_modified", "must be a timestamp in milliseconds")
    return int(digits)


def _misfit(payload: Payload, uri: ObjectURI, *, personal: bool) -> Refusal | None:
    named = (payload.data or {}).get("id", uri.id)
    if isinstance(named, str):
        named = uri.list.kind.spelled(named)
    if named == uri.id or (personal and named == PERSONAL):
        return None
    return Invalid("body", "id", "Object id does not match existing object")
