"""The state of one record on this device, and what the server says of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .json_value import Data
from .merge import FieldConflict


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """What somebody has to decide, and until then nothing of it is sent.

    ``fields`` are those that two sides changed differently; the record holds theirs. ``gone`` is the version that I had
    written of a record that is no longer there; the record is not there, and ``base`` is what it had been.
    """

    fields: Mapping[str, FieldConflict] = field(default_factory=dict)
    gone: Data | None = None
    base: Data | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that the server does not take as it is (400, 413): sent again only after it was edited."""

    status: int
    message: str


@dataclass(frozen=True, slots=True)
class Local:
    """One record on this device.

    ``data`` is what its reader sees, None for one that is deleted; ``base`` with its ``etag`` is the server's version
    that ``data`` comes from, both None for one that the server does not have. ``pending`` says that ``data`` has to be
    sent. ``sent`` are the versions that were sent since ``base`` and not answered: whether they arrived nobody knows.
    """

    id: str
    data: dict[str, Any] | None
    base: dict[str, Any] | None = None
    etag: int | None = None
    pending: bool = False
    sent: tuple[dict[str, Any] | None, ...] = ()
    conflict: OpenConflict | None = None
    refused: Refused | None = None
    revision: int = 0
    """The number of the change on this device that made it so; set by the replica."""
    seen: int = 0
    """The number at which the server last said that it has the record; set by the replica."""

    @property
    def left(self) -> bool:
        """Whether the person here does not want to see it: the server has it, and nothing is to be sent."""
        return self.data is None and self.base is not None and not self.pending and self.conflict is None


@dataclass(frozen=True, slots=True)
class Remote:
    """What the server says of a record: its attributes and timestamp; ``data`` is None for a tombstone.

    ``etag`` is None for a record that the server says it does not have, without a tombstone.
    """

    id: str
    data: dict[str, Any] | None
    etag: int | None

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Remote":
        """Read an object of the protocol (protocol section 8); KeyError or TypeError when it is none."""
        etag = body["last_modified"]
        if not isinstance(etag, int) or not isinstance(body["id"], str):
            raise TypeError(f"no object of the protocol: {body!r:.100}")
        if body.get("deleted") is True:
            return cls(body["id"], None, etag)
        return cls(
            body["id"], {name: value for name, value in body.items() if name not in ("id", "last_modified")}, etag
        )
