"""The query for the entries of ``/permissions``; the rules that it follows are those of ``domain/access.py``."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from kintoun_server.domain.access import LISTED_BY_SITE, OBJECT_KINDS, Access, Entry, kinds_among, lineage, standing
from kintoun_server.domain.filters import Filter, matches
from kintoun_server.domain.kinds import KINDS
from kintoun_server.domain.listing import Selection
from kintoun_server.domain.order import SortKey, SortValue

from .documents import audience_query
from .driver import OBJECTS, Document, Find, Query, Sort
from .filters import ABSENT, VALUE, Expression, bound, expression
from .objects import MAX_ASKED, MAX_PAGE_BYTES
from .order import Position, beyond, rank_of, scalar

INDEX = "access"
"""The name of the index that leads to the objects of principals."""
CHUNK = 1000
"""Objects that are read together to be counted."""
MERGED_RANGES = 200
"""Ranges of an index, each in the order of a query, that MongoDB merges at most."""
_OVERHEAD = 256
_REPEATED = 3
_SEGMENTS: Expression = {"$split": ["$_id", "/"]}


@dataclass(frozen=True)
class Entries:
    """The entries that a selection asks for; it went through ``domain.access.checked``."""

    access: Access
    selection: Selection

    @property
    def start(self) -> Sequence[SortValue] | None:
        """Where the page before ended, None for the first."""
        return None if self.selection.position is None else self.selection.values

    @property
    def roots(self) -> list[Entry]:
        """The entry of the root, where there is one and the filters keep it."""
        root = self.access.root()
        return [root] if root and matches(root.body(), self.selection.filters) else []

    @cached_property
    def asked(self) -> list[str]:
        """The principals that are asked for: of more than 1,000 the last groups are left out."""
        ordered = sorted(self.access.principals, key=lambda name: (name.startswith("/buckets/"), name))
        return ordered[:MAX_ASKED]

    @cached_property
    def where(self) -> "Kept | None":
        """What the filters ask for besides the kind."""
        filters = [one for one in self.selection.filters if one.path != ("resource_name",)]
        return Kept(filters, self.access) if filters else None

    def entry(self, document: Document) -> Entry:
        """Make the entry of a document."""
        return _entry(document, self.access)

    def query(self, span: Mapping[str, str] | None = None) -> Query:
        """Write the condition by which an index finds the objects; ``span`` bounds their URIs."""
        branches = [{**branch, **({"_id": span} if span else {})} for branch in self._branches()]
        return branches[0] if len(branches) == 1 else {"$or": branches}

    def find(self, position: Sequence[SortValue] | None) -> Find:
        """Write the query for what stands behind a position, one more than the limit."""
        order = EntryOrder(self.selection.order, self.access)
        by_uri = len(order.keys) == 1
        operator = "$lt" if order.keys[0].descending else "$gt"
        span = {operator: str(position[-1][1])} if by_uri and position else None
        return Find(
            OBJECTS,
            self.query(span),
            order.sort if by_uri else (),
            self.selection.limit + 1 if self.selection.limit else 0,
            self._projection,
            MAX_PAGE_BYTES,
            self.where,
            order=None if by_uri and self._merges else order,
            after=Behind(order, position) if position and not by_uri else None,
            # A page in the order of the URIs could come by these alone, past all that others have.
            hint=INDEX,
        )

    def walk(self) -> "Entries":
        """Ask for the same by the URIs, a thousand at a time."""
        return replace(self, selection=replace(self.selection, order=(SortKey(("uri",)),), limit=CHUNK))

    def standing(self, entry: Entry) -> tuple[SortValue, ...]:
        """Answer where an entry stands."""
        return standing(entry, self.selection.order)

    def sorted(self, entries: Sequence[Entry], bound: Sequence[SortValue] | None) -> list[Entry]:
        """Put entries, and the root, into order; those at ``bound`` or behind it are left out."""
        start = self._position(self.start) if self.start else None
        roots = [root for root in self.roots if start is None or start < self._place(root)]
        ordered = sorted([*entries, *roots], key=self._place)
        if bound is None:
            return ordered
        end = self._position(bound)
        return [entry for entry in ordered if self._place(entry) < end]

    @property
    def _merges(self) -> bool:
        """Whether the database merges what the index has of each principal, instead of sorting all of it."""
        return len(self.asked) * len(kinds_among(self.selection.filters)) <= MERGED_RANGES

    def _place(self, entry: Entry) -> Position:
        return self._position(self.standing(entry))

    def _position(self, values: Sequence[SortValue]) -> Position:
        return Position(values, [key.descending for key in self.selection.order])

    def _branches(self) -> Iterator[Query]:
        kinds = kinds_among(self.selection.filters)
        whole = [kind.name for kind in kinds if kind in LISTED_BY_SITE and self.access.by_site(kind)]
        own = [kind.name for kind in kinds if kind.name not in whole]
        if own or not whole:
            yield {**audience_query(self.asked, tombstones=False), "kind": {"$in": own}}
        if whole:
            yield {**audience_query(None, tombstones=False), "kind": {"$in": whole}}

    @property
    def _projection(self) -> Mapping[str, Any]:
        """Leave the attributes in the database, and of each permission all principals but one of the caller's."""
        one = {"$slice": [{"$setIntersection": ["$$this.v", {"$literal": self.asked}]}, 1]}
        held = {"$map": {"input": {"$objectToArray": "$permissions"}, "in": {"k": "$$this.k", "v": one}}}
        return {
            "kind": 1,
            "parent": 1,
            "permissions": {"$arrayToObject": held},
            "size": {"$add": [_OVERHEAD, {"$multiply": [_REPEATED, {"$strLenBytes": "$_id"}]}]},
        }


def weight(entry: Entry) -> int:
    """Answer about how many bytes an entry has in an answer."""
    return _OVERHEAD + _REPEATED * len(entry.uri)


@dataclass(frozen=True)
class Kept:
    """What filters keep of the entries, as a query and as a rule that says the same."""

    filters: Sequence[Filter]
    access: Access

    @cached_property
    def query(self) -> Query:
        """The condition as a query of MongoDB."""
        return {"$and": [{"$expr": _condition(one)} for one in self.filters]}

    def matches(self, document: Document) -> bool:
        """Tell the same of one document."""
        return matches(_entry(document, self.access).body(), self.filters)


@dataclass(frozen=True)
class EntryOrder:
    """An order of entries, which ends with the URI, as computed fields and as a key that says the same."""

    keys: Sequence[SortKey]
    access: Access

    @cached_property
    def fields(self) -> Mapping[str, Expression]:
        """The computed fields: for each key but the last the rank of the type, and the value within it."""
        computed: dict[str, Expression] = {}
        for number, key in enumerate(self.keys[:-1]):
            value = field(key.path[0])
            computed[f"rank{number}"] = bound(value, rank_of(VALUE))
            computed[f"value{number}"] = bound(value, scalar(VALUE, key))
        return computed

    @cached_property
    def sort(self) -> Sort:
        """The sort keys of MongoDB."""
        own = [
            (f"{part}{number}", -1 if key.descending else 1)
            for number, key in enumerate(self.keys[:-1])
            for part in ("rank", "value")
        ]
        return (*own, ("_id", -1 if self.keys[-1].descending else 1))

    def key(self, document: Document) -> Position:
        """Answer where a document stands; positions compare."""
        return self.position(standing(_entry(document, self.access), self.keys))

    def position(self, values: Sequence[SortValue]) -> Position:
        """Make the position of values."""
        return Position(values, [key.descending for key in self.keys])


@dataclass(frozen=True)
class Behind:
    """What stands behind a position in an order of entries."""

    order: EntryOrder
    values: Sequence[SortValue]

    @cached_property
    def query(self) -> Query:
        """The condition as a query of MongoDB, on the computed fields."""
        pairs: list[tuple[str, int, Any]] = []
        for number, (key, (rank, value)) in enumerate(zip(self.order.keys[:-1], self.values, strict=False)):
            direction = -1 if key.descending else 1
            pairs += [(f"rank{number}", direction, int(rank)), (f"value{number}", direction, value)]
        pairs.append(("_id", -1 if self.order.keys[-1].descending else 1, self.values[-1][1]))
        return {"$or": [beyond(pairs[:end], *pairs[end]) for end in range(len(pairs))]}

    def matches(self, document: Document) -> bool:
        """Tell the same of one document."""
        return self.order.position(self.values) < self.order.key(document)


def field(name: str) -> Expression:
    """Write what a document has as the field ``name`` of its entry, which is text where it is not absent."""
    match name:
        case "uri":
            return "$_id"
        case "resource_name":
            return "$kind"
        case "id":
            return {"$arrayElemAt": [_SEGMENTS, -1]}
        case _:
            named = KINDS[name.removesuffix("_id")]
            having = [kind.name for kind in OBJECT_KINDS if named in lineage(kind)]
            part = {"$arrayElemAt": [_SEGMENTS, 2 * len(lineage(named))]}
            return {"$cond": [{"$in": ["$kind", having]}, part, ABSENT]}


def _condition(one: Filter) -> Expression:
    # MongoDB evaluates what is constant beforehand, also where a condition around it would not.
    if len(one.path) > 1 or one.path == ("deleted",):
        return matches({}, (one,))
    return bound(field(one.path[0]), expression(VALUE, one))


def _entry(document: Document, access: Access) -> Entry:
    return access.entry(document["_id"], KINDS[document["kind"]], document.get("permissions", {}))
