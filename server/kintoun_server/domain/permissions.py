"""Who may do what: inheritance, and how a request changes an access control list (protocol section 11)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from .kinds import BUCKET, KINDS, Kind
from .principals import MAX_PRINCIPAL_LENGTH, canonical_set
from .refusals import Invalid, brief

MAX_PRINCIPALS = 1000
"""Principals in all permissions of one object; each is an entry in an index."""
Permissions: TypeAlias = Mapping[str, tuple[str, ...]]
"""An access control list: permission name -> principals, no empty lists."""
Action: TypeAlias = Literal["read", "write", "create"]

_READ = ("read", "write")
_WRITE = ("write",)

_BELOW_BUCKET = {"read": ("bucket", _READ), "write": ("bucket", _WRITE)}

GRANTS: Mapping[tuple[str, Action], tuple[tuple[str, tuple[str, ...]], ...]] = {
    ("account", "create"): (),
    ("account", "read"): (("account", _READ),),
    ("account", "write"): (("account", _WRITE),),
    ("bucket", "create"): (),
    ("bucket", "read"): (("bucket", KINDS["bucket"].readers),),
    ("bucket", "write"): (("bucket", _WRITE),),
    ("group", "create"): (("bucket", ("write", "group:create")),),
    ("group", "read"): (("group", _READ), _BELOW_BUCKET["read"]),
    ("group", "write"): (("group", _WRITE), _BELOW_BUCKET["write"]),
    ("collection", "create"): (("bucket", ("write", "collection:create")),),
    ("collection", "read"): (("collection", KINDS["collection"].readers), _BELOW_BUCKET["read"]),
    ("collection", "write"): (("collection", _WRITE), _BELOW_BUCKET["write"]),
    ("record", "create"): (("collection", ("write", "record:create")), _BELOW_BUCKET["write"]),
    ("record", "read"): (("record", _READ), ("collection", _READ), _BELOW_BUCKET["read"]),
    ("record", "write"): (("record", _WRITE), ("collection", _WRITE), _BELOW_BUCKET["write"]),
}
"""What grants an action on a kind.

(kind of object that carries the list, permission names), any of them (protocol section 11.2).
"""


@dataclass(frozen=True, slots=True)
class Rules:
    """The operator's part: ``site`` maps ``<kind>_<action>`` to principals (protocol section 11.8).

    ``explicit`` is the editor rule (11.4).
    """

    site: Mapping[str, frozenset[str]]
    explicit: bool = True


def allowed(
    kind: Kind, action: Action, principals: frozenset[str], lists: Mapping[str, Permissions], rules: Rules
) -> bool:
    """Decide whether any of ``principals`` may do ``action`` on an object of ``kind``.

    ``lists`` maps the kinds along the chain (the object's own included, when it exists) to their access control lists.
    """
    return _granted_by_site(kind, action, principals, rules) or any(
        not principals.isdisjoint(lists[level].get(name, ()))
        for level, names in GRANTS[kind.name, action]
        if level in lists
        for name in names
    )


def _granted_by_site(kind: Kind, action: Action, principals: frozenset[str], rules: Rules) -> bool:
    # Writing all objects of a kind includes all else but creating buckets, which has a setting to itself.
    names = (action,) if kind is BUCKET and action == "create" else (action, "write")
    return any(not principals.isdisjoint(rules.site.get(f"{kind.name}_{name}", ())) for name in names)


def check_names(kind: Kind, names: Iterable[str]) -> None:
    """Check that an object of ``kind`` may carry these permissions.

    Raises:
        Invalid: it may not (protocol section 3.3).
    """
    for name in names:
        if name not in kind.permissions:
            raise Invalid("body", "permissions", f'"{brief(name)}" is not one of {", ".join(kind.permissions)}')


def checked_principals(name: str, value: object) -> list[str]:
    """Check what a request gives for the permission ``name``.

    Raises:
        Invalid: it is no list of strings, or one of them is too long.
    """
    if not isinstance(value, list):
        raise Invalid("body", f"permissions.{name}", f'"{brief(value)}" is not iterable')
    for position, principal in enumerate(value):
        if not isinstance(principal, str):
            raise Invalid("body", f"permissions.{name}.{position}", f"{brief(principal)!r} is not a string")
        if len(principal) > MAX_PRINCIPAL_LENGTH:
            raise Invalid("body", f"permissions.{name}.{position}", f"longer than {MAX_PRINCIPAL_LENGTH} characters")
    return value


def check_size(permissions: Permissions) -> None:
    """Check that a list fits into the index.

    Raises:
        Invalid: it has more than 1,000 principals; a group has room for more.
    """
    if sum(map(len, permissions.values())) > MAX_PRINCIPALS:
        raise Invalid("body", "permissions", f"more than {MAX_PRINCIPALS} principals: give the right to a group")


def readers(kind: Kind, permissions: Permissions) -> frozenset[str]:
    """List the principals that an object's own list lets read it."""
    return frozenset(principal for name in kind.readers for principal in permissions.get(name, ()))


def replaced(current: Permissions, given: Mapping[str, Iterable[str]] | None) -> Permissions:
    """Answer what PUT makes of the list: everything not given is cleared.

    None given changes nothing (protocol section 11.4).
    """
    return merged({}, given) if given else current


def merged(current: Permissions, given: Mapping[str, Iterable[str]] | None) -> Permissions:
    """Answer what PATCH makes of the list.

    Each given permission is replaced, an empty one removed (protocol section 11.4).
    """
    changed = {name: canonical_set(principals) for name, principals in (given or {}).items()}
    return {name: principals for name, principals in {**current, **changed}.items() if principals}


def with_editor(permissions: Permissions, editor: str) -> Permissions:
    """Add whoever writes to the ``write`` list (protocol section 11.4)."""
    writers = permissions.get("write", ())
    return permissions if editor in writers else {**permissions, "write": (*writers, editor)}


def without(permissions: Permissions, principal: str | None) -> Permissions:
    """Take a principal off all lists; a permission that nobody else has disappears."""
    kept = {name: tuple(other for other in holders if other != principal) for name, holders in permissions.items()}
    return {name: holders for name, holders in kept.items() if holders}


def shown(permissions: Permissions, principals: frozenset[str]) -> Permissions:
    """Answer what a caller sees of the list.

    All of it when directly in ``write``, else nothing (protocol section 11.7).
    """
    return permissions if may_see(permissions, principals) else {}


def may_see(permissions: Permissions, principals: frozenset[str]) -> bool:
    """Tell whether a caller is directly in ``write``, and so sees the list."""
    return not principals.isdisjoint(permissions.get("write", ()))
