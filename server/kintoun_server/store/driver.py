"""The seam between the store and its database drivers: the few calls that the store needs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar

from kintoun_server.errors import Unavailable

Document: TypeAlias = dict[str, Any]
Query: TypeAlias = Mapping[str, Any]
Sort: TypeAlias = Sequence[tuple[str, int]]

T = TypeVar("T")

OBJECTS = "objects"
"""Accounts, buckets, groups, collections and records, live and deleted, and the root."""
PURGES = "purges"
"""Generations of deleted containers whose children are still to be removed."""
USED_TOKENS = "used_tokens"
"""Page tokens of deletions that were used, until they expire."""
SESSIONS = "sessions"
"""Sessions of browsers, by the digest of their token, until they expire."""


class StoreError(Exception):
    """The database cannot be used as it is; one line that says why and what to do."""


class TooManyWrites(Unavailable):
    """The write queue of the list is full: 503."""


class Criterion(Protocol):
    """A condition of users' making: as a query, and as the rule that says the same of one document.

    The query stands beside one that an index serves, and uses more of MongoDB than an adapter in memory has.
    """

    @property
    def query(self) -> Query:
        """The condition as a query of MongoDB."""

    def matches(self, document: Document) -> bool:
        """Tell whether a document fulfils it."""


class Ordering(Protocol):
    """An order of users' making: as computed fields, and as the key that says the same of one document."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """Names and aggregation expressions of computed fields."""

    @property
    def sort(self) -> Sort:
        """The sort keys, computed fields among them."""

    def key(self, document: Document) -> Any:  # noqa: ANN401 - anything that compares
        """Answer where a document stands."""


@dataclass(frozen=True, slots=True)
class Find:
    """One query.

    At most ``limit`` documents, and none after those whose ``size`` together exceeds ``max_bytes``; 0 is no limit.
    ``projection`` only spares what would be sent for nothing, so an adapter may ignore it. ``where`` is one more
    condition. With ``order``, which ``sort`` yields to, ``after`` is a condition on its computed fields. ``hint`` names
    the one index that may serve it.
    """

    collection: str
    query: Query
    sort: Sort = ()
    limit: int = 0
    projection: Mapping[str, Any] | None = None
    max_bytes: int = 0
    where: Criterion | None = None
    order: Ordering | None = None
    after: Criterion | None = None
    hint: str | None = None

    @property
    def full_query(self) -> Query:
        """The query and ``where`` together."""
        return {"$and": [self.query, self.where.query]} if self.where else self.query

    @property
    def pipeline(self) -> list[Document]:
        """The aggregation that puts the documents into ``order``, and leaves its computed fields out again."""
        if self.order is None:
            return []
        projection = self.projection or {}
        excluded = [name for name, kept in projection.items() if not kept]
        wanted = {name: kept for name, kept in projection.items() if kept}
        # What is left out before it is sorted takes no memory.
        compute = {"$project": {**wanted, **self.order.fields}} if wanted else {"$addFields": dict(self.order.fields)}
        stages: list[Document] = [{"$match": self.full_query}, compute]
        if self.after:
            stages.append({"$match": self.after.query})
        stages.append({"$sort": dict(self.order.sort)})
        if self.limit:
            stages.append({"$limit": self.limit})
        left_out = [*self.order.fields, *excluded]
        return [*stages, {"$unset": left_out}] if left_out else stages


@dataclass(frozen=True, slots=True)
class Put:
    """Write a whole document by its ``_id``, new or not."""

    collection: str
    document: Document


@dataclass(frozen=True, slots=True)
class Adjust:
    """Update fields of our own (never of the user's) in one document, new or not when ``upsert``."""

    collection: str
    id: str
    update: Mapping[str, Mapping[str, Any]]
    upsert: bool = False


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove all documents that match."""

    collection: str
    query: Query


Operation: TypeAlias = Put | Adjust | Remove


@dataclass(frozen=True, slots=True)
class Index:
    """An index of a collection; ``expire_after`` in seconds."""

    collection: str
    name: str
    keys: Sort
    unique: bool = False
    expire_after: int | None = None
    sparse: bool = False


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What the database says of itself; ``replica_set`` is None for a standalone server, ``sharded`` a mongos."""

    version: str
    replica_set: str | None = None
    sharded: bool = False
    ephemeral: bool = False


class Transaction(Protocol):
    """One transaction: a snapshot that is read, and what is written to it."""

    async def find(self, find: Find) -> list[Document]:
        """Read from the snapshot."""

    async def write(self, operations: Sequence[Operation]) -> None:
        """Write, to become visible together at the commit."""


class Driver(Protocol):
    """What the store needs of a database.

    Every call raises ``Unavailable`` when the database does not answer in ``seconds``.
    """

    async def find(self, find: Find, seconds: float) -> list[Document]:
        """Read what a majority of the replica set has acknowledged."""

    async def count(self, collection: str, query: Query, seconds: float, where: Criterion | None = None) -> int:
        """Count the documents that match."""

    async def write(self, operations: Sequence[Operation], seconds: float) -> int:
        """Write one after another, each acknowledged by a majority; answer how many documents were removed."""

    async def transaction(self, body: Callable[[Transaction], Awaitable[T]], seconds: float) -> T:
        """Run ``body`` in a transaction, again from the start when it met another one."""

    async def ensure_indexes(self, indexes: Sequence[Index]) -> None:
        """Make the indexes that are missing."""

    async def index_names(self, collection: str) -> set[str]:
        """List the indexes that are there."""

    async def info(self, seconds: float) -> ServerInfo:
        """Ask the database for its version and kind; fails when it does not answer."""

    async def explain(self, find: Find) -> Document:
        """Answer the database's plan for a query, as MongoDB's ``explain`` gives it."""

    async def close(self) -> None:
        """Close all connections."""
