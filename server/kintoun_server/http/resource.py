"""What the handlers of objects and of lists share.

Their path, their checks, and the personal bucket (protocol sections 9 and 12).
"""

from collections.abc import Sequence
from typing import ClassVar

from kintoun_server.domain.change import Change, Method, Outcome
from kintoun_server.domain.kinds import BUCKET, COLLECTION, KINDS, Kind, is_valid_id
from kintoun_server.domain.preconditions import Precondition
from kintoun_server.domain.principals import personal_bucket_id
from kintoun_server.domain.refusals import Forbidden, Invalid, Missing, ParentMissing, Refusal, UnacceptableMedia
from kintoun_server.domain.uri import ListURI

from .body import Payload, parse_payload
from .handler import JSON_TYPE, APIHandler
from .site import Site

PERSONAL = "default"
"""The alias of the caller's own bucket."""


class ResourceHandler(APIHandler):
    """A handler of one kind of object; ``shape`` is ``object`` or ``plural`` as in the names of settings."""

    shape: ClassVar[str]
    kind: Kind

    def initialize(self, site: Site, kind: str = "") -> None:
        """Take what the routes hand in; ``kind`` is a name in ``KINDS``."""
        super().initialize(site)
        self.kind = KINDS[kind]
        self.personal = False

    @property
    def methods(self) -> Sequence[str]:
        """The methods that are switched on (settings such as ``object_record_delete_enabled``)."""
        off = self.site.settings.disabled_methods
        return [method for method in self.allow if self._switch(method) not in off]

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

    def media_fault(self) -> UnacceptableMedia | None:
        """Answer what is wrong with Accept, or with the Content-Type of a write (protocol section 3)."""
        content_type = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if self.request.method in ("PUT", "POST", "PATCH") and content_type not in ("", JSON_TYPE):
            return self.accept_fault() or UnacceptableMedia("Content-Type", (JSON_TYPE,))
        return self.accept_fault()

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

    async def change(self, list_uri: ListURI, change: Change) -> Outcome:
        """Make one change; in the personal bucket, containers that are missing are made first.

        Raises:
            Refusal: the change is not made.
        """
        writer = self.site.store.writer
        answer = (await writer.change(list_uri, [change], len(self.request.body)))[0]
        if self.personal and self._lacks_container(answer):
            await self.make_personal(list_uri, change.id, change.method)
            answer = (await writer.change(list_uri, [change], len(self.request.body)))[0]
        if isinstance(answer, Refusal):
            raise answer
        return answer

    async def make_personal(self, list_uri: ListURI, object_id: str | None, method: str) -> None:
        """Make the personal bucket, and the collection that the path names, where they are missing.

        Raises:
            Invalid: the collection's id is not one.
        """
        bucket = list_uri.bucket if list_uri.kind is not BUCKET else object_id
        collection = list_uri.collection
        if list_uri.kind is COLLECTION and method != Method.PUT:
            collection = object_id
        if collection is not None and not is_valid_id(collection):
            raise Invalid("path", None, "Invalid collection id")
        await self._make(ListURI(BUCKET), str(bucket))
        if collection is not None:
            await self._make(ListURI(COLLECTION, bucket), collection)

    async def _make(self, list_uri: ListURI, object_id: str) -> None:
        change = Change(
            method=Method.PUT,
            id=object_id,
            caller=self.caller,
            precondition=Precondition(if_none_match="*"),
            granted=True,
        )
        # Refused when it is there already, or when another request has just made it.
        await self.site.store.writer.change(list_uri, [change])

    def _lacks_container(self, answer: object) -> bool:
        if isinstance(answer, Missing):
            return self.kind in (BUCKET, COLLECTION)
        return isinstance(answer, Forbidden | ParentMissing)

    def _switch(self, method: str) -> str:
        return f"{self.shape}_{self.kind.name}_{method.lower()}".replace("_head", "_get")


def check_id(text: str) -> None:
    """Check the id in a path.

    Raises:
        Invalid: it is not one (protocol section 8).
    """
    if not is_valid_id(text):
        raise Invalid("path", None, "Invalid object id")
