"""The table of kinds: root, account, bucket, group, collection and record (protocol sections 8, 11 and 22)."""

import re
from dataclasses import dataclass, field

from . import account_name

ID_PATTERN = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,2047}", re.ASCII)
"""The rule for the ids of most kinds (protocol section 8), and a bound of ours; matched in full."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object.

    ``permissions`` are the names that its objects may carry; ``readers`` those of them that let their holder read the
    object itself (protocol section 11.2); ``lists`` the kinds of its children. ``ids`` is the rule for ids, ``folded``
    tells that they have no case.
    """

    name: str
    plural: str
    parent: str | None
    permissions: tuple[str, ...]
    readers: tuple[str, ...]
    lists: tuple[str, ...] = ()
    ids: re.Pattern[str] = field(default=ID_PATTERN, repr=False)
    folded: bool = False

    def is_id(self, text: object) -> bool:
        """Tell whether ``text`` is a string that may be the id of an object."""
        return isinstance(text, str) and self.ids.fullmatch(text) is not None

    def spelled(self, given: str) -> str:
        """Write an id that a client gave in its one form."""
        return account_name.fold(given) if self.folded else given


ROOT = Kind("root", "", None, (), (), ("bucket", "account"))
ACCOUNT = Kind(
    "account", "accounts", "root", ("read", "write"), ("read", "write"), ids=account_name.PATTERN, folded=True
)
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

KINDS = {kind.name: kind for kind in (ROOT, ACCOUNT, BUCKET, GROUP, COLLECTION, RECORD)}
