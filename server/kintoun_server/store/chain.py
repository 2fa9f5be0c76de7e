"""The containers around a list, found among documents that were read together."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kintoun_server.domain.kinds import ACCOUNT, BUCKET, GROUP, Kind
from kintoun_server.domain.objects import Scope, Stored
from kintoun_server.domain.permissions import Permissions, Rules
from kintoun_server.domain.principals import AUTHENTICATED, Caller
from kintoun_server.domain.refusals import StaleCredentials
from kintoun_server.domain.uri import ROOT_URI, ListURI, ObjectURI

from .documents import decode, list_key
from .driver import OBJECTS, Document, Find

_ALL_FIELDS = dict.fromkeys(
    (
        "parent",
        "last_modified",
        "deleted",
        "data",
        "escaped",
        "permissions",
        "audience",
        "lost",
        "generation",
        "clocks",
        "counts",
        "highest",
    ),
    1,
)

_GROUPS = list_key("", GROUP)
_ACCOUNTS = ListURI(ACCOUNT)
_ROOT: Document = {"generation": ROOT_URI}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A list with what surrounds it at one instant.

    ``key`` is the parent that its objects name, None when a container does not exist. ``clock`` in ms.
    """

    list: ListURI
    key: str | None = None
    lists: Mapping[str, Permissions] = field(default_factory=dict)
    clock: int = 0
    count: int = 0

    @classmethod
    def among(cls, list_uri: ListURI, documents: Mapping[str, Document]) -> "Chain":
        """Find the containers of the list among ``documents``, which are keyed by their URI."""
        root, *containers = living(list_uri, documents)
        lists = {
            ancestor.list.kind.name: found["permissions"]
            for ancestor, found in zip(list_uri.ancestors, containers, strict=False)
        }
        if len(containers) < len(list_uri.ancestors):
            return cls(list=list_uri, lists=lists)
        container = containers[-1] if containers else root
        plural = list_uri.kind.plural
        key = list_key(container["generation"], list_uri.kind)
        return cls(
            list=list_uri,
            key=key,
            lists=lists,
            clock=int(container["clocks"][plural]),
            count=int(container["counts"][plural]),
        )

    def scope(self, principals: frozenset[str], rules: Rules, now: int = 0, taken: Collection[int] = ()) -> Scope:
        """Answer what the rules need to know of the list for one caller; ``now`` in ms."""
        parent = self.list.parent
        missing = (parent.list.kind.name, parent.id) if parent and self.key is None else None
        return Scope(
            kind=self.list.kind,
            lists=self.lists,
            principals=principals,
            rules=rules,
            missing=missing,
            clock=self.clock,
            count=self.count,
            now=now,
            taken=taken,
        )

    def object(self, object_id: str, documents: Mapping[str, Document]) -> Stored | None:
        """Find an object of the list, or its tombstone, among ``documents``."""
        document = documents.get(str(self.list.object(object_id)))
        return decode(document) if document is not None and document["parent"] == self.key else None


def living(list_uri: ListURI, documents: Mapping[str, Document]) -> Iterator[Document]:
    """List the root and the containers around a list that exist, up to the first that does not.

    One that is in a former life of its own container does not exist any more.
    """
    container = documents.get(ROOT_URI, _ROOT)
    yield container
    for ancestor in list_uri.ancestors:
        found = documents.get(str(ancestor))
        if (
            found is None
            or found["deleted"]
            or found["parent"] != list_key(container["generation"], ancestor.list.kind)
        ):
            return
        yield found
        container = found


def is_alive(uri: ObjectURI, key: str, documents: Mapping[str, Document]) -> bool:
    """Tell whether an object with the parent ``key`` exists, by the containers among ``documents``."""
    containers = list(living(uri.list, documents))
    whole = len(containers) > len(uri.ancestors)
    return whole and key == list_key(containers[-1]["generation"], uri.list.kind)


def find_together(lists: Iterable[ListURI], targets: Iterable[ObjectURI], callers: Collection[Caller]) -> Find:
    """Write the one query for what surrounds ``lists`` and ``targets``.

    Their containers, ``targets`` themselves, and the groups and accounts of ``callers``.
    """
    lists, targets = set(lists), list(targets)
    uris = [*targets, *(ancestor for list_uri in lists for ancestor in list_uri.ancestors)]
    # With a slash in it, an id that is none could name an object of another kind.
    wanted = {str(uri) for uri in uris if uri.list.kind.is_id(uri.id)} | accounts_of(callers)
    if any(list_uri.parent is None for list_uri in lists):
        wanted.add(ROOT_URI)
    users = sorted({caller.user_id for caller in callers if caller.user_id})
    named = {"_id": {"$in": sorted(wanted)}}
    return Find(
        OBJECTS,
        {"$or": [named, *_memberships(users, lists, targets)]} if users else named,
        projection=_projection([*users, AUTHENTICATED], len(callers), {target.list.kind for target in targets}),
    )


def _memberships(users: list[str], lists: Iterable[ListURI], targets: Iterable[ObjectURI]) -> Iterator[Document]:
    """Write the conditions on the groups of users.

    A group of everybody who is authenticated counts within its bucket, and for the list of buckets; if it counted
    everywhere, anybody could burden each request of all others with groups.
    """
    yield {"members": {"$in": users}}
    buckets = {list_uri.bucket for list_uri in lists if list_uri.bucket}
    buckets.update(target.id for target in targets if target.list.kind is BUCKET)
    for bucket in sorted(buckets):
        groups = str(ListURI(GROUP, bucket))
        yield {"members": AUTHENTICATED, "_id": {"$gt": f"{groups}/", "$lt": f"{groups}0"}}
    if not buckets:
        yield {"members": AUTHENTICATED}


def accounts_of(callers: Iterable[Caller]) -> set[str]:
    """List the URIs of the accounts that the identity of callers rests on."""
    return {str(_ACCOUNTS.object(caller.credential.account)) for caller in callers if caller.credential}


def principals_of(caller: Caller, documents: Mapping[str, Document]) -> frozenset[str]:
    """Answer all that the caller is, by the documents that ``find_together`` asked for, which are keyed by their URI.

    Raises:
        StaleCredentials: its account is not what it was when the password was verified.
    """
    if caller.credential:
        account = documents.get(str(_ACCOUNTS.object(caller.credential.account)), {})
        if account.get("secret", {}).get("version") != caller.credential.version:
            raise StaleCredentials
    own = set(caller.memberships)
    return caller.principals(uri for uri, document in documents.items() if _has_member(document, own))


def _has_member(document: Document, own: set[str]) -> bool:
    if "members" in document:
        return not own.isdisjoint(document["members"])
    # Left out by the projection for a single caller, for whom alone the group was found.
    return bool(own) and document.get("parent", "").endswith(_GROUPS) and not document["deleted"]


def _projection(members: list[str], callers: int, targets: Collection[Kind]) -> Mapping[str, Any] | None:
    """Leave out the members and attributes of groups, and those of accounts: they may be thousands, or long.

    Not those of a kind that is asked for by name. For several callers keep the members that tell whose group it is.
    """
    left_out = [] if GROUP in targets else ["members", "group_data"]
    left_out += [] if ACCOUNT in targets else ["account_data", "secret.hash"]
    if callers == 1 or GROUP in targets:
        return dict.fromkeys(left_out, 0) or None
    accounts = ("account_data", "secret") if ACCOUNT in targets else ("secret.version",)
    kept = {"$filter": {"input": "$members", "cond": {"$in": ["$$this", {"$literal": members}]}}}
    return {
        **_ALL_FIELDS,
        **dict.fromkeys(accounts, 1),
        "members": {"$cond": [{"$isArray": "$members"}, kept, "$$REMOVE"]},
    }
