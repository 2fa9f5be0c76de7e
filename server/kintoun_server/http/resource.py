"""What the handlers of objects and of lists share.

Their path, their checks, and the personal bucket (protocol sections 9 and 12).
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import ClassVar, TypeVar

from kintoun_server.domain.change import Change, Method, Outcome
from kintoun_server.domain.kinds import BUCKET, COLLECTION, KINDS, Kind
from kintoun_server.domain.patch import Patch
from kintoun_server.domain.preconditions import Precondition
from kintoun_server.domain.principals import is_personal_bucket_id, personal_bucket_id
from kintoun_server.domain.refusals import Forbidden, Invalid, Missing, ParentMissing, Refusal
from kintoun_server.domain.uri import ListURI, ObjectURI

from .backend import Writes
from .batch.connection import CapturedConnection
from .body import Payload, parse_payload
from .handler import APIHandler
from .patch import PATCH_TYPES, parse_patch
from .site import Site

T = TypeVar("T")

PERSONAL = "default"
"""The alias of the caller's own bucket."""
PERSONAL_ATTEMPTS = 10
"""How often missing containers are made for one request, when others delete them meanwhile."""


class ResourceHandler(APIHandler):
    """A handler of one kind of object; ``shape`` is ``object`` or ``plural`` as in the names of settings."""

    shape: ClassVar[str]
    kind: Kind

    def initialize(self, site: Site, route: str, kind: str = "") -> None:
        """Take what the routes hand in; ``kind`` is a name in ``KINDS``."""
        super().initialize(site, route)
        self.kind = KINDS[kind]
        self.personal = False

    @property
    def methods(self) -> Sequence[str]:
        """The methods that are switched on (settings such as ``object_record_delete_enabled``)."""
        off = self.site.settings.disabled_methods
        return [method for method in super().methods if self._switch(method) not in off]

    @property
    def writes(self) -> Writes:
        """The store's writes; within a batch those that gather what several requests change."""
        connection = self.request.connection
        gathering = connection.writes if isinstance(connection, CapturedConnection) else None
        return gathering or self.site.store.writer

    def list_at(self, bucket: str | None = None, collection: str | None = None) -> ListURI:
        """Answer the list that the path names, the alias of the personal bucket resolved.

        Raises:
            Forbidden: an anonymous caller has no personal bucket.
            ApiError: 405, it cannot be made while the server is read-only (protocol section 12).
        """
        if bucket == PERSONAL:
            bucket = self.personal_id()
        return ListURI(self.kind, bucket, collection)

    def personal_id(self) -> str:
        """Answer the id of the caller's own bucket, and remember that it is made when it is not there."""
        self.personal = True
        if self.caller.user_id is None:
            raise Forbidden
        if self.site.settings.readonly:
            raise self.method_not_allowed()
        return personal_bucket_id(self.site.personal_secret, self.caller.user_id)

    def is_reserved(self, object_id: str) -> bool:
        """Tell whether an id is that of a personal bucket, and not the caller's own."""
        if self.kind is not BUCKET or not is_personal_bucket_id(object_id):
            return False
        user_id = self.caller.user_id
        return user_id is None or object_id != personal_bucket_id(self.site.personal_secret, user_id)

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media types that a body may have."""
        return PATCH_TYPES if self.request.method == "PATCH" else super().media_types

    def precondition(self) -> Precondition:
        """Read If-Match and If-None-Match.

        Raises:
            Invalid: one of them is malformed.
        """
        headers = self.request.headers
        return Precondition.parse(headers.get("If-Match"), headers.get("If-None-Match"))

    def payload(self) -> Payload:
        """Read the body of a write.

        Raises:
            Invalid, TooLarge: it cannot be accepted.
        """
        return parse_payload(self.raw_body(), self.kind)

    def patch_asked(self, object_id: str) -> Patch:
        """Read the body of a PATCH.

        Raises:
            Invalid, TooLarge: it cannot be accepted.
        """
        alias = (PERSONAL,) if self.personal and self.kind is BUCKET else ()
        return parse_patch(self.raw_body(), self.media_type, self.kind, (object_id, *alias))

    async def change(self, list_uri: ListURI, change: Change) -> Outcome:
        """Make one change; in the personal bucket, containers that are missing are made first.

        Raises:
            Refusal: the change is not made.
        """

        async def attempt() -> Outcome | Refusal:
            return (await self.writes.change(list_uri, [change], len(self.request.body)))[0]

        answer = await self.settled(attempt, self._lacks_container, list_uri.object(change.id))
        if isinstance(answer, Refusal):
            raise answer
        return answer

    async def settled(
        self, attempt: Callable[[], Awaitable[T]], lacks: Callable[[T], bool], target: ListURI | ObjectURI
    ) -> T:
        """Do something on ``target``; in the personal bucket, what it ``lacks`` is made first, wherever it is missing.

        Raises:
            Invalid: the id of a collection on the way is not one.
        """
        result = await attempt()
        for _ in range(PERSONAL_ATTEMPTS):
            if not (self.personal and lacks(result)):
                break
            for container in self._personal_containers(target):
                await self._make(container)
            result = await attempt()
        return result

    def _personal_containers(self, target: ListURI | ObjectURI) -> Iterator[ObjectURI]:
        """List the bucket and the collection that any request below the personal bucket makes (protocol section 12)."""
        yield from target.ancestors
        touched = self.kind is BUCKET or (self.kind is COLLECTION and self.request.method not in ("PUT", "POST"))
        if touched and isinstance(target, ObjectURI):
            yield target

    async def _make(self, container: ObjectURI) -> None:
        if container.list.kind is COLLECTION and not COLLECTION.is_id(container.id):
            raise Invalid("path", None, "Invalid collection id")
        change = Change(
            method=Method.PUT,
            id=container.id,
            caller=self.caller,
            permissions={"write": [self.caller.editor]},
            precondition=Precondition(if_none_match="*"),
            granted=True,
        )
        # Refused when it is there already, or when another request has just made it.
        await self.writes.change(container.list, [change])

    def _lacks_container(self, answer: object) -> bool:
        if isinstance(answer, Missing):
            return self.kind in (BUCKET, COLLECTION)
        return isinstance(answer, Forbidden | ParentMissing)

    def _switch(self, method: str) -> str:
        return f"{self.shape}_{self.kind.name}_{method.lower()}".replace("_head", "_get")


def check_id(text: str, kind: Kind) -> None:
    """Check the id in a path.

    Raises:
        Invalid: it is not one (protocol section 8).
    """
    if not kind.is_id(text):
        raise Invalid("path", None, "Invalid object id")
