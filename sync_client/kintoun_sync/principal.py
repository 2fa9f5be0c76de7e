"""People and groups as the protocol names them (protocol section 6)."""

import re
from typing import Final, Protocol, TypeAlias

from .errors import InvalidSharingError

EVERYONE: Final = "system.Everyone"
"""Whoever there is, without an account too."""
SIGNED_IN: Final = "system.Authenticated"
"""Everybody whom the server knows."""

_NAME = re.compile(r"[A-Za-z0-9][+.@A-Za-z0-9_-]*")
_GROUP = re.compile(r"/buckets/([A-Za-z0-9][A-Za-z0-9_-]*)/groups/([A-Za-z0-9][A-Za-z0-9_-]*)")
_BASIC = re.compile(r"basicauth[:_]([0-9a-f]{64})")
_POLICY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*:[^\s/][^\s]*")


class HasPrincipal(Protocol):
    """Something that rights can be given to, such as a ``Group``."""

    @property
    def principal(self) -> str:
        """Its name in lists of permissions."""


Who: TypeAlias = str | HasPrincipal
"""A person's name (``bob``), a principal (``account:bob``, ``/buckets/.../groups/friends``), or a ``Group``."""


def principal_of(who: Who) -> str:
    """Write somebody as a principal; a bare name is that of an account.

    Raises:
        InvalidSharingError: it names nobody.
    """
    if not isinstance(who, str):
        return who.principal
    if who in (EVERYONE, SIGNED_IN) or _GROUP.fullmatch(who) or _BASIC.fullmatch(who) or _POLICY.fullmatch(who):
        return who
    if _NAME.fullmatch(who):
        return f"account:{who}"
    raise InvalidSharingError(f"{who!r} is neither a name, nor a principal such as account:bob")


def member_of(who: Who) -> str:
    """Write somebody as a member of a group.

    Raises:
        InvalidSharingError: it names nobody, or a group, or everyone: these cannot be members.
    """
    principal = principal_of(who)
    if principal == EVERYONE or is_group(principal):
        raise InvalidSharingError(f"{principal!r} cannot be a member of a group")
    return principal


def name_of(principal: str) -> str:
    """Write a principal for people to read: ``bob``, ``friends``, ``everyone``, ``everyone who is signed in``."""
    if match := _GROUP.fullmatch(principal):
        return match[2]
    known = {EVERYONE: "everyone", SIGNED_IN: "everyone who is signed in"}
    return known.get(principal, principal.removeprefix("account:"))


def is_group(principal: str) -> bool:
    """Tell whether it is a group."""
    return _GROUP.fullmatch(principal) is not None


def bucket_of(group: str) -> str:
    """Answer the bucket of a group's principal.

    Raises:
        InvalidSharingError: it is none.
    """
    return _parts(group)[0]


def id_of(group: str) -> str:
    """Answer the id of a group by its principal.

    Raises:
        InvalidSharingError: it is none.
    """
    return _parts(group)[1]


def key(principal: str) -> str:
    """Answer what two spellings of one principal have in common: names of accounts have no case."""
    if match := _BASIC.fullmatch(principal):
        return f"basicauth:{match[1]}"
    return principal.casefold() if principal.startswith("account:") else principal


def _parts(group: str) -> tuple[str, str]:
    match = _GROUP.fullmatch(group)
    if match is None:
        raise InvalidSharingError(f"{group!r} is no group; one looks like /buckets/todo/groups/friends")
    return match[1], match[2]
