"""An object as it is stored, and the scope in which a request meets it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from .credential import Secret
from .kinds import Kind
from .permissions import Action, Permissions, Rules, allowed

SERVER_FIELDS = ("id", "last_modified")
"""What the server sets in ``data``."""
FORMER_READERS_LIMIT = 1000
"""How many principals that lost their right to read are remembered for each object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An object, or the tombstone that is left of one.

    ``data`` holds the attributes without ``id`` and ``last_modified`` (ms). ``former_readers`` are the principals that
    could read it by its own list and no longer can, with the timestamp (ms) of the change that took it from them: their
    next synchronisation shows them a tombstone, and nothing that happened later. ``secret`` is for accounts alone,
    and no answer shows it.
    """

    id: str
    last_modified: int
    data: Mapping[str, Any] = field(default_factory=dict)
    permissions: Permissions = field(default_factory=dict)
    deleted: bool = False
    former_readers: Mapping[str, int] = field(default_factory=dict)
    secret: Secret | None = None

    def body(self) -> dict[str, Any]:
        """Write the object, or its tombstone, as answers show it (protocol sections 4 and 15)."""
        if self.deleted:
            return self.tombstone()
        return {**self.data, "id": self.id, "last_modified": self.last_modified}

    def tombstone(self) -> dict[str, Any]:
        """Write the object as deleted."""
        return {"id": self.id, "last_modified": self.last_modified, "deleted": True}

    def lost_by(self, principals: frozenset[str]) -> int | None:
        """Answer when (ms) the last of ``principals`` lost its right to read it by its own list; None for never."""
        return max((lost for principal, lost in self.former_readers.items() if principal in principals), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What surrounds the objects of one list for one caller, all seen at one instant.

    ``lists`` maps the kinds of the existing containers to their access control lists; ``missing`` names (kind, id)
    the first container that does not exist. ``clock`` is the newest timestamp of the list and ``now`` the wall clock,
    in ms; ``taken`` the past timestamps in use. ``count`` is the number of live objects in the list.
    """

    kind: Kind
    lists: Mapping[str, Permissions]
    principals: frozenset[str]
    rules: Rules
    missing: tuple[str, str] | None = None
    clock: int = 0
    count: int = 0
    now: int = 0
    taken: Collection[int] = ()

    def may(self, action: Action, target: Stored | None = None) -> bool:
        """Decide whether the caller may do ``action`` on ``target``; through the containers alone when it is None."""
        lists = {**self.lists, self.kind.name: target.permissions} if target else self.lists
        return allowed(self.kind, action, self.principals, lists, self.rules)

    @property
    def collection_missing(self) -> bool:
        """Tell whether the list is that of records and its collection (or bucket) does not exist."""
        return self.missing is not None and self.kind.parent == "collection"
