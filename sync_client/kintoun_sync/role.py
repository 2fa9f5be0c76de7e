"""Roles: what somebody may do, in a word, and the permissions that it stands for (protocol section 11)."""

from collections.abc import Collection, Iterable
from enum import StrEnum

from .errors import InvalidSharingError


class Kind(StrEnum):
    """What can be shared."""

    BUCKET = "bucket"
    COLLECTION = "collection"
    RECORD = "record"


class Role(StrEnum):
    """What somebody may do."""

    READER = "reader"
    """May view."""
    CONTRIBUTOR = "contributor"
    """May add (to a bucket: collections and groups), and sees what is their own or shared with them."""
    EDITOR = "editor"
    """May view, edit, share and delete."""


NAMES = {
    Kind.BUCKET: ("read", "write", "collection:create", "group:create"),
    Kind.COLLECTION: ("read", "write", "record:create"),
    Kind.RECORD: ("read", "write"),
}
"""The permissions of each kind."""


def permissions_of(role: Role | str, kind: Kind) -> frozenset[str]:
    """Answer the permissions that a role consists of.

    Raises:
        InvalidSharingError: there is no such role for this kind.
    """
    creating = frozenset(name for name in NAMES[kind] if name.endswith(":create"))
    roles = {Role.READER: frozenset(["read"]), Role.CONTRIBUTOR: creating, Role.EDITOR: frozenset(["write"])}
    if role not in tuple(Role) or not roles[Role(role)]:
        known = ", ".join(name for name, permissions in roles.items() if permissions)
        raise InvalidSharingError(f"there is no role {str(role)!r} for a {kind}; there are {known}")
    return roles[Role(role)]


def role_of(permissions: Iterable[str]) -> Role | None:
    """Answer the highest role that some permissions amount to; None for none."""
    held = set(permissions)
    if "write" in held:
        return Role.EDITOR
    if any(name.endswith(":create") for name in held):
        return Role.CONTRIBUTOR
    return Role.READER if "read" in held else None


def reaches_records(permissions: Collection[str]) -> bool:
    """Tell whether permissions on a bucket or a collection hold for all that is in it."""
    return bool({"read", "write"}.intersection(permissions))
