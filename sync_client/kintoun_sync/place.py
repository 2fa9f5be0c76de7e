"""Where something stands on the server: a bucket, a collection or a record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from .role import Kind


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket, a collection in it, or a record in that."""

    bucket: str
    collection: str | None = None
    record: str | None = None

    @property
    def kind(self) -> Kind:
        """What stands there."""
        if self.collection is None:
            return Kind.BUCKET
        return Kind.COLLECTION if self.record is None else Kind.RECORD

    @property
    def path(self) -> str:
        """Its path below the server's address."""
        names = (("buckets", self.bucket), ("collections", self.collection), ("records", self.record))
        return "".join(f"/{name}/{quote(part, safe='')}" for name, part in names if part is not None)

    @property
    def above(self) -> "Place | None":
        """What it stands in; None for a bucket."""
        if self.collection is None:
            return None
        return Place(self.bucket, None if self.record is None else self.collection)

    @property
    def chain(self) -> "tuple[Place, ...]":
        """The place itself and all that it stands in."""
        return (self, *(self.above.chain if self.above else ()))

    def __str__(self) -> str:
        return "/".join(part for part in (self.bucket, self.collection, self.record) if part is not None)


def place_in(entry: Mapping[str, Any]) -> Place:
    """Read the place in an entry of ``/permissions`` (protocol section 21); KeyError when it has none."""
    return Place(entry["bucket_id"], entry.get("collection_id"), entry.get("record_id"))
