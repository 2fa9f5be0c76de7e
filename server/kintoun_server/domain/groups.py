"""The members of a group (protocol section 8)."""

from collections.abc import Mapping
from typing import Any

from .principals import EVERYONE, canonical
from .refusals import Invalid


def with_members(data: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the group's attributes with ``members`` checked and in their one form, ``[]`` when absent.

    Raises:
        Invalid: ``members`` is not a list of user ids; a group and ``system.Everyone`` are none.
    """
    members = data.get("members", [])
    if not isinstance(members, list):
        raise Invalid("body", "data.members", f"{members!r} is not iterable")
    return {**data, "members": [_member(position, member) for position, member in enumerate(members)]}


def _member(position: int, member: object) -> str:
    name = f"data.members.{position}"
    if not isinstance(member, str):
        raise Invalid("body", name, f"{member!r} is not a string")
    if member == EVERYONE or member.startswith("/buckets/"):
        raise Invalid("body", name, f"'{member}' is not a valid user ID.")
    return canonical(member)
