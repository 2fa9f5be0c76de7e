"""The table of kinds: root, bucket, group, collection and record (protocol sections 8 and 11)."""

import re
from dataclasses import dataclass

ID_PATTERN = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,2047}", re.ASCII)
"""The rule for every id (protocol section 8), and a bound of ours; matched in full."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object.

    ``permissions`` are the names that its objects may carry; ``readers`` those of them that let their holder read the
    object itself (protocol section 11.2); ``lists`` the kinds of its children.
    """

    name: str
    plural: str
    parent: str | None
    permissions: tuple[str, ...]
    readers: tuple[str, ...]
    lists: tuple[str, ...] = ()


ROOT = Kind("root", "", None, (), (), ("bucket",))
BUCKET = Kind(
    "bucket",
    "buckets",
    "root",
    ("read", "write", "collection:create", "group:create"),
    ("read", "write", "collection:create", "group:create"),
    ("collection", "group"),
)
GROUP = Kind("group", "groups", "bucket", ("read", "write"), ("read", "write"))
COLLECTION = Kind(
    "collection",
    "collections",
    "bucket",
    ("read", "write", "record:create"),
    ("read", "write", "record:create"),
    ("record",),
)
RECORD = Kind("record", "records", "collection", ("read", "write"), ("read", "write"))

KINDS = {kind.name: kind for kind in (ROOT, BUCKET, GROUP, COLLECTION, RECORD)}


def is_valid_id(text: object) -> bool:
    """Tell whether ``text`` is a string that may be an object's id."""
    return isinstance(text, str) and ID_PATTERN.fullmatch(text) is not None
