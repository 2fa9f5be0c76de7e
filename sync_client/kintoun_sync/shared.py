"""What the calls about sharing answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

from .place import Place
from .principal import is_group, name_of
from .role import Kind, Role, role_of


@dataclass(frozen=True, slots=True)
class Access:
    """What somebody may do with an object.

    ``through`` is what gives the right when it is not the object itself: the collection or the bucket that it stands
    in. It has to be taken away there. ``members`` are the people of a group, None where they cannot be read.
    """

    principal: str
    permissions: tuple[str, ...]
    through: Kind | None = None
    me: bool = False
    members: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """Who it is, for people to read."""
        return name_of(self.principal)

    @property
    def role(self) -> Role:
        """The highest role that the permissions amount to."""
        return role_of(self.permissions) or Role.READER

    @property
    def group(self) -> bool:
        """Whether it is a group."""
        return is_group(self.principal)

    def __str__(self) -> str:
        through = f", through the {self.through}" if self.through else ""
        return f"{self.name} ({self.role}{through}{', you' if self.me else ''})"


class AccessList(Sequence[Access]):
    """Who has access to an object: its own list first, then what it inherits.

    ``hidden`` are the kinds of objects whose lists the server does not show to me: others may have access there.
    """

    def __init__(self, entries: Sequence[Access], hidden: Sequence[Kind] = ()) -> None:
        self._entries = tuple(entries)
        self.hidden = tuple(hidden)

    @overload
    def __getitem__(self, index: int) -> Access: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Access]: ...

    def __getitem__(self, index: int | slice) -> Access | Sequence[Access]:
        return self._entries[index]

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Access]:
        return iter(self._entries)

    def __repr__(self) -> str:
        return f"AccessList({list(map(str, self._entries))}, hidden={list(map(str, self.hidden))})"


@dataclass(frozen=True, slots=True)
class Shared:
    """Something that is shared with me, or by me.

    ``permissions`` are mine. ``data`` are its attributes where I may read them, and ``others`` those who have rights
    of their own on it, where I may know.
    """

    bucket: str
    collection: str | None
    record: str | None
    permissions: tuple[str, ...]
    data: Mapping[str, Any] = field(default_factory=dict)
    others: tuple[Access, ...] = ()

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.bucket, self.collection, self.record)

    @property
    def kind(self) -> Kind:
        """What it is."""
        return self.place.kind

    @property
    def role(self) -> Role | None:
        """What I may do."""
        return role_of(self.permissions)

    @property
    def title(self) -> str:
        """Its ``title``, ``name`` or ``description``, or else its id."""
        titles = (self.data.get(name) for name in ("title", "name", "description"))
        own_id = self.record or self.collection or self.bucket
        return next((title for title in titles if isinstance(title, str) and title), own_id)


@dataclass(frozen=True, slots=True)
class Removal:
    """What taking somebody's access away has done.

    ``objects`` is how many objects named them. ``remaining`` are the rights that are left: those of groups that they
    belong to, or that hold for everyone, and those from the bucket or the collection.
    """

    objects: int
    remaining: tuple[Access, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people; ``members`` are principals, None where I may not see them."""

    bucket: str
    id: str
    title: str
    members: tuple[str, ...] | None
    last_modified: int | None = None

    @property
    def principal(self) -> str:
        """Its name in lists of permissions."""
        return f"/buckets/{self.bucket}/groups/{self.id}"

    @property
    def names(self) -> tuple[str, ...]:
        """The members, for people to read."""
        return tuple(map(name_of, self.members or ()))
