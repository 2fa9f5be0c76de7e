"""The members of a group (protocol section 8)."""

from collections.abc import Mapping
from typing import Any

from .principals import EVERYONE, MAX_PRINCIPAL_LENGTH, canonical
from .refusals import Invalid, brief

MAX_MEMBERS = 10_000
"""Members of a group; each is an entry in an index."""


def with_members(data: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the group's attributes with ``members`` checked and in their one form, ``[]`` when absent.

    Raises:
        Invalid: ``members`` is not a list of at most 10,000 user ids; a group and ``system.Everyone`` are none.
    """
    members = data.get("members", [])
    if not isinstance(members, list):
        raise Invalid("body", "data.members", f"{brief(members)!r} is not iterable")
    if len(members) > MAX_MEMBERS:
        raise Invalid("body", "data.members", f"more than {MAX_MEMBERS} members")
    return {**data, "members": [_member(position, member) for position, member in enumerate(members)]}


def _member(position: int, member: object) -> str:
    name = f"data.members.{position}"
    if not isinstance(member, str):
        raise Invalid("body", name, f"{brief(member)!r} is not a string")
    if len(member) > MAX_PRINCIPAL_LENGTH:
        raise Invalid("body", name, f"longer than {MAX_PRINCIPAL_LENGTH} characters")
    if member == EVERYONE or member.startswith("/buckets/"):
        raise Invalid("body", name, f"'{brief(member)}' is not a valid user ID.")
    return canonical(member)
