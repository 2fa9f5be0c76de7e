"""The order of a list as keys of MongoDB; the rules that it follows are those of ``domain/order.py``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kintoun_server.domain.listing import Selection
from kintoun_server.domain.order import MAX_SORTED_TEXT, Rank, SortKey, SortValue, sort_values
from kintoun_server.domain.uri import ListURI

from .documents import audience_tokens, escape
from .driver import Document, Query, Sort
from .filters import ABSENT, VALUE, Expression, bound, field, type_in, view


@dataclass(frozen=True)
class Order:
    """An order by attributes, then by the timestamp, as computed fields and as a key that says the same.

    ``readable`` as in ``Condition``: what a reader cannot see does not decide where an object stands for that reader.
    """

    list: ListURI
    keys: Sequence[SortKey]
    ascending: bool = False
    readable: frozenset[str] | None = None

    @cached_property
    def fields(self) -> Mapping[str, Expression]:
        """The computed fields: for each key the rank of the type, and the value within it."""
        computed: dict[str, Expression] = {}
        for number, key in enumerate(self.keys):
            value = self._value(key)
            computed[f"rank{number}"] = bound(value, rank_of(VALUE))
            computed[f"value{number}"] = bound(value, scalar(VALUE, key))
        return computed

    @cached_property
    def sort(self) -> Sort:
        """The sort keys of MongoDB, computed fields first."""
        own = [
            (f"{part}{number}", -1 if key.descending else 1)
            for number, key in enumerate(self.keys)
            for part in ("rank", "value")
        ]
        return (*own, ("last_modified", 1 if self.ascending else -1))

    def key(self, document: Document) -> "Position":
        """Answer where a document stands; positions compare."""
        values = sort_values(view(document, self.readable), self.keys)
        stamp = int(document["last_modified"])
        return Position([*values, (0, stamp)], self.directions)

    @property
    def directions(self) -> Sequence[bool]:
        """Whether each key descends, the timestamp last."""
        return [*(key.descending for key in self.keys), not self.ascending]

    def _value(self, key: SortKey) -> Expression:
        value = "$_id" if key.path == ("id",) else field(self.list.kind, key.path)
        if self.readable is None or key.path == ("id",):
            return value
        shown = {"$ne": [{"$setIntersection": ["$audience", audience_tokens(self.readable)]}, []]}
        return {"$cond": [shown, value, True if key.path == ("deleted",) else ABSENT]}


@dataclass(frozen=True)
class After:
    """What stands behind a position: the rest of a list whose first pages were read."""

    order: Order
    values: Sequence[SortValue]
    position: int

    @cached_property
    def query(self) -> Query:
        """The condition as a query of MongoDB, on the computed fields."""
        pairs: list[tuple[str, int, Any]] = []
        for number, (key, (rank, value)) in enumerate(zip(self.order.keys, self.values, strict=True)):
            direction = -1 if key.descending else 1
            own = f"{self.order.list}/{value}" if key.path == ("id",) else escape(value)
            pairs += [(f"rank{number}", direction, int(rank)), (f"value{number}", direction, own)]
        pairs.append(("last_modified", 1 if self.order.ascending else -1, self.position))
        return {"$or": [beyond(pairs[:end], *pairs[end]) for end in range(len(pairs))]}

    def matches(self, document: Document) -> bool:
        """Tell the same of one document."""
        here = Position([*self.values, (0, self.position)], self.order.directions)
        return here < self.order.key(document)


@dataclass(frozen=True, slots=True)
class Position:
    """Where something stands in an order, by its values and by which of them descend; positions compare."""

    values: Sequence[SortValue]
    descending: Sequence[bool]

    def __lt__(self, other: "Position") -> bool:
        for left, right, descending in zip(self.values, other.values, self.descending, strict=True):
            if tuple(left) != tuple(right):
                first, second = (right, left) if descending else (left, right)
                return _precedes(first, second)
        return False


def order_of(list_uri: ListURI, selection: Selection, readable: frozenset[str] | None) -> Order | None:
    """Answer the order that a selection asks for, None for that of the timestamps alone."""
    return Order(list_uri, selection.order, selection.ascending, readable) if selection.order else None


def _precedes(left: SortValue, right: SortValue) -> bool:
    if left[0] != right[0]:
        return left[0] < right[0]
    first: Any = left[1]
    return bool(first < right[1])


def beyond(equal: Sequence[tuple[str, int, Any]], name: str, direction: int, value: Any) -> Query:  # noqa: ANN401
    """Write the condition that a field is beyond a value, and that the ``equal`` ones before it are the same."""
    same: list[Query] = [{"$expr": {"$eq": [f"${field}", {"$literal": wanted}]}} for field, _, wanted in equal]
    operator = "$gt" if direction > 0 else "$lt"
    return {"$and": [*same, {"$expr": {operator: [f"${name}", {"$literal": value}]}}]}


def rank_of(value: Expression) -> Expression:
    """Write the rank of a value's type."""
    branches = [{"case": type_in(value, rank), "then": int(rank)} for rank in Rank]
    return {"$switch": {"branches": branches, "default": int(Rank.MISSING)}}


def scalar(value: Expression, key: SortKey) -> Expression:
    """Write a value as it is sorted within its type."""
    if key.path == ("id",):
        return value
    text = {"$substrCP": [value, 0, MAX_SORTED_TEXT]}
    plain = {"$cond": [type_in(value, Rank.NUMBER, Rank.BOOLEAN), value, None]}
    return {"$cond": [type_in(value, Rank.TEXT), text, plain]}
