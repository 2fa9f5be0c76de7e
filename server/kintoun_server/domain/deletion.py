"""The deletion of a part of a list (protocol section 10.6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from .listing import Selection
from .objects import Stored
from .order import SortValue
from .preconditions import NONE, Precondition
from .principals import Caller
from .refusals import Refusal
from .uri import ListURI


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """The deletion of what ``selection`` matches; its ``limit`` bounds one request.

    ``nonce`` is that of the page token, which works once, until ``nonce_expires`` (ms). ``fault`` as in ``Change``.
    """

    list: ListURI
    caller: Caller
    selection: Selection = field(default_factory=Selection)
    precondition: Precondition = NONE
    nonce: str = ""
    nonce_expires: int = 0
    fault: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a deletion came to: the tombstones, the list's timestamp (ms), and where the next page begins, if any.

    ``position`` and ``values`` are those of the selection.
    """

    tombstones: Sequence[Stored]
    clock: int
    position: int | None = None
    values: tuple[SortValue, ...] = ()
