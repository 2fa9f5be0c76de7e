"""An offline-first client for servers that speak the Kinto HTTP API.

Reads and writes go to a file on this device and work without a network; ``sync`` takes what others wrote, merges it
field by field, and sends what was written here. The README shows how.
"""

from .client import AsyncClient, AsyncTransport, Client, Transport
from .collection import REMOVED, AsyncCollection, Collection
from .conflict import BOTH, MINE, THEIRS, Choice, Conflict
from .engine.ask import Patience
from .engine.exchange import Failure, Request, Response
from .errors import (
    AccessError,
    AuthenticationError,
    InvalidFilterError,
    InvalidRecordError,
    InvalidSharingError,
    KintounError,
    NoServerError,
    OfflineError,
    RecordExistsError,
    RecordNotFoundError,
    ServiceClosedError,
    StoreError,
    SyncError,
    UnavailableError,
    UnexpectedAnswerError,
    WrongAccountError,
)
from .groups import AsyncGroups, Groups
from .journal import JournalEntry
from .json_value import ABSENT
from .merge import FieldConflict
from .principal import EVERYONE, SIGNED_IN
from .reconcile import NoteKind, Strategy
from .record import Record, State
from .report import Conflicting, Counts, Merged, Problem, Progress, PutBack, Refusal, SyncReport
from .role import Kind, Role
from .server import Auth
from .shared import Access, AccessList, Group, Removal, Shared
from .sharing import AsyncSharing, Sharing
from .sqlite.changes import ChangeKind, Origin
from .store import AsyncStore, Store
from .watch import Change

__version__ = "0.1.0"

open = Store  # noqa: A001 - kintoun_sync.open(...), as sqlite3.connect(...) or io.open(...)
open_async = AsyncStore

__all__ = [
    "ABSENT",
    "BOTH",
    "EVERYONE",
    "MINE",
    "REMOVED",
    "SIGNED_IN",
    "THEIRS",
    "Access",
    "AccessError",
    "AccessList",
    "AsyncClient",
    "AsyncCollection",
    "AsyncGroups",
    "AsyncSharing",
    "AsyncStore",
    "AsyncTransport",
    "Auth",
    "AuthenticationError",
    "Change",
    "ChangeKind",
    "Choice",
    "Client",
    "Collection",
    "Conflict",
    "Conflicting",
    "Counts",
    "Failure",
    "FieldConflict",
    "Group",
    "Groups",
    "InvalidFilterError",
    "InvalidRecordError",
    "InvalidSharingError",
    "JournalEntry",
    "Kind",
    "KintounError",
    "Merged",
    "NoServerError",
    "NoteKind",
    "OfflineError",
    "Origin",
    "Patience",
    "Problem",
    "Progress",
    "PutBack",
    "Record",
    "RecordExistsError",
    "RecordNotFoundError",
    "Refusal",
    "Removal",
    "Request",
    "Response",
    "Role",
    "ServiceClosedError",
    "Shared",
    "Sharing",
    "State",
    "Store",
    "StoreError",
    "Strategy",
    "SyncError",
    "SyncReport",
    "Transport",
    "UnavailableError",
    "UnexpectedAnswerError",
    "WrongAccountError",
    "open",
    "open_async",
]
