"""What a caller may do where, object by object: the entries of ``/permissions`` (protocol section 21)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .filters import Filter, Operator, matches
from .kinds import BUCKET, COLLECTION, GROUP, KINDS, ROOT, Kind
from .listing import Selection
from .order import Rank, SortKey, SortValue, sort_values
from .permissions import GRANTS, Action, Permissions, Rules
from .refusals import Invalid, brief
from .uri import ROOT_URI

OBJECT_KINDS = tuple(kind for kind in KINDS.values() if kind is not ROOT)
"""All kinds whose objects carry an access control list."""
LISTED_BY_SITE = (BUCKET, COLLECTION, GROUP)
"""The kinds whose objects are listed for whom a setting lets read or write all of them."""
FIELDS = ("uri", "resource_name", "permissions", "id", *(f"{kind.name}_id" for kind in OBJECT_KINDS))
"""The names of what an entry may have."""
_TEXTS = tuple(name for name in FIELDS if name != "permissions")
_NEVER = ("last_modified", "deleted")
"""What clients may name as in any list, though no entry has it."""
_SOUGHT = (*_TEXTS, *_NEVER)


def _implied(kind: Kind) -> Mapping[str, tuple[str, ...]]:
    """Map what may be done on an object of a kind, below it included, to the permissions of its own that allow it."""

    def granting(target: Kind, action: Action) -> tuple[str, ...]:
        return next((names for level, names in GRANTS[target.name, action] if level == kind.name), ())

    children = [KINDS[name] for name in kind.lists]
    if not children:
        return {"write": granting(kind, "write"), "read": granting(kind, "read")}
    return {
        "write": granting(kind, "write"),
        "read": granting(children[0], "read"),
        "read:attributes": granting(kind, "read"),
        **{f"{child.name}:create": granting(child, "create") for child in children},
    }


IMPLIED: Mapping[str, Mapping[str, tuple[str, ...]]] = {kind.name: _implied(kind) for kind in OBJECT_KINDS}
"""For each kind what may be done on an object, and the permissions of its own list that allow it."""


def lineage(kind: Kind) -> tuple[Kind, ...]:
    """List the kinds on the way to an object of ``kind``, from the outermost to its own, without the root."""
    if kind is ROOT:
        return ()
    return (*lineage(KINDS[kind.parent or ROOT.name]), kind)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a caller may do on one object."""

    uri: str
    kind: Kind
    permissions: tuple[str, ...]

    def body(self) -> dict[str, Any]:
        """Write the entry as answers show it."""
        ids = self.uri.split("/")[2::2]
        named = {f"{kind.name}_id": part for kind, part in zip(lineage(self.kind), ids, strict=True)}
        own = {"id": ids[-1]} if ids else {}
        return {
            "uri": self.uri,
            "resource_name": self.kind.name,
            "permissions": list(self.permissions),
            **own,
            **named,
        }


@dataclass(frozen=True, slots=True)
class AccessPage:
    """A part of the entries, and whether there are more after it."""

    entries: Sequence[Entry]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """All that gives a caller rights: its principals, and the settings (protocol section 11.8)."""

    principals: frozenset[str]
    rules: Rules

    def root(self) -> Entry | None:
        """Make the entry of the root: what may be created there, which the settings alone decide."""
        held = self.by_site(ROOT)
        return Entry(ROOT_URI, ROOT, held) if held else None

    def entry(self, uri: str, kind: Kind, permissions: Permissions) -> Entry:
        """Make the entry of an object with its own access control list."""
        held = {name for name, given in permissions.items() if not self.principals.isdisjoint(given)}
        if kind in LISTED_BY_SITE:
            held.update(self.by_site(kind))
        return Entry(uri, kind, expanded(kind, held))

    def by_site(self, kind: Kind) -> tuple[str, ...]:
        """List the permissions that the settings give the caller on all objects of a kind."""
        own = [name for name in ("read", "write") if self._granted(f"{kind.name}_{name}")]
        below = [f"{child}:create" for child in kind.lists if self._granted(f"{child}_create")]
        return (*own, *below)

    def _granted(self, setting: str) -> bool:
        return not self.principals.isdisjoint(self.rules.site.get(setting, ()))


def expanded(kind: Kind, held: Collection[str]) -> tuple[str, ...]:
    """List what may be done on an object of ``kind`` by the permissions ``held`` on it, implied ones included."""
    return tuple(name for name, sources in IMPLIED[kind.name].items() if any(source in held for source in sources))


def checked(selection: Selection) -> Selection:
    """Answer the selection of entries that a query for a list asks for.

    Its names are strict, its order ends with the URI, which is unique, and timestamps mean nothing.

    Raises:
        Invalid: there is no such field to filter, to sort by or to ask for; ``permissions`` can be asked for alone.
    """
    fields = [path[0] for path in selection.fields if path[0] not in (*FIELDS, *_NEVER)]
    if fields:
        raise Invalid("querystring", "_fields", f"Fields {brief(','.join(fields))} do not exist")
    return replace(
        selection,
        since=None,
        before=None,
        filters=tuple(_checked_filters(selection.filters)),
        order=tuple(_checked_order(selection.order)),
    )


def standing(entry: Entry, order: Sequence[SortKey]) -> tuple[SortValue, ...]:
    """Write the values by which an entry is sorted; the last is the whole URI."""
    return (*sort_values(entry.body(), order[:-1]), (Rank.TEXT, entry.uri))


def kinds_among(filters: Sequence[Filter]) -> tuple[Kind, ...]:
    """List the kinds that filters on ``resource_name`` leave."""
    own = [one for one in filters if one.path == ("resource_name",)]
    return tuple(kind for kind in OBJECT_KINDS if matches({"resource_name": kind.name}, own))


def _checked_filters(filters: Sequence[Filter]) -> Iterator[Filter]:
    for one in filters:
        if one.path[0] not in _SOUGHT:
            name = ".".join(one.path) if one.operator is Operator.EQ else f"{one.operator}_{'.'.join(one.path)}"
            raise Invalid("querystring", name, f"Unknown filter field '{brief(name)}'")
        if one.path != ("last_modified",):
            yield one


def _checked_order(order: Sequence[SortKey]) -> Iterator[SortKey]:
    for key in order:
        if key.path[0] not in _SOUGHT:
            raise Invalid("querystring", None, f"Unknown sort field '{brief('.'.join(key.path))}'")
        if len(key.path) == 1 and key.path[0] in _TEXTS:
            yield key
        if key.path == ("uri",):
            return
    yield SortKey(("uri",), descending=True)
