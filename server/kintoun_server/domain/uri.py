"""Where an object lives: lists and their objects as URIs without the version prefix (protocol sections 8 and 9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from .kinds import BUCKET, COLLECTION, GROUP, KINDS, RECORD, ROOT, Kind

ROOT_URI = "/"
_BY_PLURAL = {kind.plural: kind for kind in KINDS.values()}


@dataclass(frozen=True, slots=True)
class ListURI:
    """A list of objects of one kind, such as ``/buckets/todo/collections/tasks/records``."""

    kind: Kind
    bucket: str | None = None
    collection: str | None = None

    @classmethod
    def of(cls, kind: str, bucket: str | None = None, collection: str | None = None) -> Self:
        """Make the list of ``kind`` (a name in ``KINDS``) below the given containers."""
        return cls(KINDS[kind], bucket, collection)

    @property
    def parent(self) -> "ObjectURI | None":
        """The container around the list; None for the list of buckets, whose container is the root."""
        if self.kind is RECORD:
            return ObjectURI(ListURI(COLLECTION, self.bucket), str(self.collection))
        if self.kind in (GROUP, COLLECTION):
            return ObjectURI(ListURI(BUCKET), str(self.bucket))
        return None

    @property
    def parent_uri(self) -> str:
        """The URI of the container around the list; ``/`` for the root."""
        return str(self.parent) if self.parent else ROOT_URI

    @property
    def ancestors(self) -> "tuple[ObjectURI, ...]":
        """The containers around the list, the bucket first."""
        parent = self.parent
        return (*parent.list.ancestors, parent) if parent else ()

    def object(self, object_id: str) -> "ObjectURI":
        """Name one object of the list."""
        return ObjectURI(self, object_id)

    def __str__(self) -> str:
        """Write the URI."""
        return f"{self.parent_uri.rstrip('/')}/{self.kind.plural}"


@dataclass(frozen=True, slots=True)
class ObjectURI:
    """One object: its list and its id."""

    list: ListURI
    id: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the URI of an object, as ``str`` writes it."""
        _, *parts = text.split("/")
        containers, object_id = parts[1:-2:2], parts[-1]
        return cls(ListURI(_BY_PLURAL[parts[-2]], *containers), object_id)

    @property
    def ancestors(self) -> "tuple[ObjectURI, ...]":
        """The containers around the object, the bucket first."""
        return self.list.ancestors

    def __str__(self) -> str:
        """Write the URI, such as ``/buckets/todo``."""
        return f"{self.list}/{self.id}"


def locate(segments: Sequence[str]) -> ListURI | ObjectURI | None:
    """Find the list or the object that the decoded segments of a path name; None when they name neither."""
    plurals, ids = segments[::2], segments[1::2]
    kind, place = ROOT, None
    for depth, plural in enumerate(plurals):
        children = {KINDS[name].plural: KINDS[name] for name in kind.lists}
        if plural not in children:
            return None
        kind = children[plural]
        place = ListURI(kind, *ids[:depth])
    return place.object(ids[-1]) if place is not None and len(ids) == len(plurals) else place
