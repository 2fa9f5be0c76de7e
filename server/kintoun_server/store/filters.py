"""Filters as conditions of MongoDB; the rules that they follow are those of ``domain/filters.py``.

Attributes are compared by aggregation expressions, since MongoDB's query operators look into arrays and take null
for missing. The user's values stand under ``$literal`` and the names of attributes are escaped, so that neither is
ever an operator.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from kintoun_server.domain.attributes import Path
from kintoun_server.domain.filters import ORDERINGS, Filter, Operator, like_parts, matches
from kintoun_server.domain.kinds import Kind
from kintoun_server.domain.objects import Stored
from kintoun_server.domain.order import Rank, rank
from kintoun_server.domain.uri import ListURI

from .documents import audience_tokens, data_field, decode, escape, escape_key
from .driver import Document, Query

Expression: TypeAlias = Any
"""An aggregation expression of MongoDB."""

ABSENT = "$$REMOVE"
VALUE = "$$value"
_TYPES: Mapping[Rank, tuple[str, ...]] = {
    Rank.NULL: ("null",),
    Rank.TEXT: ("string",),
    Rank.NUMBER: ("int", "long", "double", "decimal"),
    Rank.BOOLEAN: ("bool",),
    Rank.ARRAY: ("array",),
    Rank.OBJECT: ("object",),
    Rank.MISSING: ("missing",),
}


@dataclass(frozen=True)
class Condition:
    """What filters keep of the documents of one list, as a query and as a rule that says the same.

    ``readable`` are the principals that may read an object by its own list; to them alone its attributes count, and for
    others it is a tombstone. None is a reader of all.
    """

    list: ListURI
    filters: Sequence[Filter]
    readable: frozenset[str] | None = None

    @cached_property
    def query(self) -> Query:
        """The condition as a query of MongoDB."""
        shown = _all_of(self.list, self.filters)
        if self.readable is None:
            return shown
        tokens = {"$in": audience_tokens(self.readable)}
        served = [one for one in self.filters if _is_of_server(one.path)]
        kept = matches({"deleted": True}, (one for one in self.filters if not _is_of_server(one.path)))
        withdrawn = [{"$and": [{"audience": {"$not": tokens}}, _all_of(self.list, served)]}] if kept else []
        return {"$or": [{"$and": [{"audience": tokens}, shown]}, *withdrawn]}

    def matches(self, document: Document) -> bool:
        """Tell the same of one document."""
        return matches(view(document, self.readable), self.filters)


def view(document: Document, readable: frozenset[str] | None) -> dict[str, Any]:
    """Write an object as whoever ``readable`` names sees it."""
    stored: Stored = decode(document)
    tokens = audience_tokens(readable or ())
    hidden = readable is not None and not set(tokens).intersection(document["audience"])
    return stored.tombstone() if hidden else stored.body()


def field(kind: Kind, path: Path) -> Expression:
    """Write the expression for the value at a path: missing where it leads into anything but an object."""
    if path == ("deleted",):
        return {"$cond": ["$deleted", True, f"${data_field(kind)}.deleted"]}
    if _is_of_server(path[:1]):
        return "$last_modified" if path == ("last_modified",) else ABSENT
    names = [escape_key(name) for name in path]
    steps = names if kind.name == "group" and path[0] == "members" else [data_field(kind), *names]
    reference = "$" + ".".join(steps)
    arrays = [{"$isArray": ["$" + ".".join(steps[:end])]} for end in range(len(steps) - len(names) + 1, len(steps))]
    return {"$cond": [{"$or": arrays}, ABSENT, reference]} if arrays else reference


def bound(value: Expression, inner: Expression) -> Expression:
    """Write an expression that names a value ``VALUE``: written out each time, long paths would fill any memory."""
    return {"$let": {"vars": {"value": value}, "in": inner}}


def type_in(value: Expression, *ranks: Rank) -> Expression:
    """Write the condition that a value is of one of the types."""
    return {"$in": [{"$type": value}, [name for one in ranks for name in _TYPES[one]]]}


def literal(value: Any) -> Expression:  # noqa: ANN401 - any JSON
    """Write a user's value so that nothing in it is an operator."""
    return {"$literal": escape(value)}


def _is_of_server(path: Path) -> bool:
    return path in (("id",), ("last_modified",))


def _all_of(list_uri: ListURI, filters: Iterable[Filter]) -> Query:
    clauses = [_clause(list_uri, one) for one in filters]
    return {"$and": clauses} if clauses else {}


def _clause(list_uri: ListURI, one: Filter) -> Query:
    if one.path == ("last_modified",):
        return {"last_modified": _indexed(one.operator, one.value)}
    if one.path == ("id",):
        return _by_id(list_uri, one)
    value = field(list_uri.kind, one.path)
    # MongoDB evaluates what is constant beforehand, also where a condition around it would not.
    return {"$expr": matches({}, (one,)) if value == ABSENT else bound(value, expression(VALUE, one))}


def _indexed(operator: Operator, value: Any) -> Query:  # noqa: ANN401 - a timestamp or an id, or a tuple of them
    names = {
        Operator.NOT: "$ne",
        Operator.MAX: "$lte",
        Operator.MIN: "$gte",
        Operator.EXCLUDE: "$nin",
    }
    wanted = list(value) if operator in (Operator.IN, Operator.EXCLUDE) else value
    return {names.get(operator, f"${operator}"): wanted}


def _by_id(list_uri: ListURI, one: Filter) -> Query:
    """Write a condition on the id by the document's own ``_id``, which has an index."""
    if one.operator is Operator.LIKE:
        own = {"$substrCP": ["$_id", len(f"{list_uri}/"), {"$strLenCP": "$_id"}]}
        return {"$expr": _like(own, one.value)}
    if isinstance(one.value, tuple):
        return {"_id": _indexed(one.operator, [f"{list_uri}/{value}" for value in one.value])}
    return {"_id": _indexed(one.operator, f"{list_uri}/{one.value}")}


def expression(value: Expression, one: Filter) -> Expression:
    """Write the condition of a filter on a value."""
    match one.operator:
        case Operator.EQ | Operator.IN:
            return _any_equal(value, one)
        case Operator.NOT | Operator.EXCLUDE:
            return {"$not": [_any_equal(value, one)]}
        case Operator.HAS:
            return {"$ne" if one.value else "$eq": [{"$type": value}, "missing"]}
        case Operator.LIKE:
            return _like(value, one.value)
        case Operator.CONTAINS | Operator.CONTAINS_ANY:
            return _contains(value, one)
        case _:
            return _ordered(value, one)


def _any_equal(value: Expression, one: Filter) -> Expression:
    wanted = one.value if isinstance(one.value, tuple) else (one.value,)
    if any(map(_has_order, wanted)):
        return {"$or": [_equal(value, each) for each in wanted]}
    return {"$in": [value, literal(list(wanted))]}


def _like(value: Expression, text: str) -> Expression:
    """Search for one part after another, each in the rest of the text behind the one before it."""
    found = {"$regexFind": {"input": "$$value", "regex": "$$this", "options": "i"}}
    rest = [{"$add": ["$$found.idx", {"$strLenCP": "$$found.match"}]}, {"$strLenCP": "$$value"}]
    step = {"$cond": [{"$eq": ["$$found", None]}, None, {"$substrCP": ["$$value", *rest]}]}
    search = {
        "$reduce": {
            "input": {"$literal": like_parts(text)},
            "initialValue": value,
            "in": {"$let": {"vars": {"found": found}, "in": step}},
        }
    }
    return {"$cond": [type_in(value, Rank.TEXT), {"$ne": [search, None]}, False]}


def _contains(value: Expression, one: Filter) -> Expression:
    return {"$cond": [{"$isArray": [value]}, _holds(value, one), False]}


def _holds(value: Expression, one: Filter) -> Expression:
    every = one.operator is Operator.CONTAINS
    if any(map(_has_order, one.value)):
        items = [{"$map": {"input": value, "as": "value", "in": _equal(VALUE, wanted)}} for wanted in one.value]
        return {"$and" if every else "$or": [{"$anyElementTrue": [found]} for found in items]}
    wanted = literal(list(one.value))
    return {"$setIsSubset": [wanted, value]} if every else {"$ne": [{"$setIntersection": [wanted, value]}, []]}


def _ordered(value: Expression, one: Filter) -> Expression:
    compare, own = ORDERINGS[one.operator], rank(one.value)
    others = type_in(value, *(other for other in Rank if other is not own and compare(other, own)))
    if own in (Rank.NULL, Rank.ARRAY, Rank.OBJECT):
        return {"$or": [others, _equal(value, one.value)]} if one.operator in (Operator.MAX, Operator.MIN) else others
    names = {Operator.MAX: "$lte", Operator.MIN: "$gte"}
    within = {names.get(one.operator, f"${one.operator}"): [value, literal(one.value)]}
    return {"$or": [others, {"$and": [type_in(value, own), within]}]}


def _equal(value: Expression, wanted: Any) -> Expression:  # noqa: ANN401 - any JSON
    """Compare in full; MongoDB's own equality of objects minds the order of their keys, so those go key by key."""
    if not _has_order(wanted):
        return {"$eq": [value, literal(wanted)]}
    if isinstance(wanted, dict):
        size = {"$eq": [{"$size": {"$objectToArray": value}}, len(wanted)]}
        parts = [
            bound({"$getField": {"field": {"$literal": escape_key(name)}, "input": value}}, _equal(VALUE, part))
            for name, part in wanted.items()
        ]
        return {"$cond": [type_in(value, Rank.OBJECT), {"$and": [size, *parts]}, False]}
    size = {"$eq": [{"$size": value}, len(wanted)]}
    parts = [bound({"$arrayElemAt": [value, position]}, _equal(VALUE, part)) for position, part in enumerate(wanted)]
    return {"$cond": [{"$isArray": [value]}, {"$and": [size, *parts]}, False]}


def _has_order(value: Any) -> bool:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return len(value) > 1 or any(map(_has_order, value.values()))
    return isinstance(value, list) and any(map(_has_order, value))
