"""What can go wrong, as a tree.

::

    KintounError
     ├── InvalidRecordError (ValueError)      what was to be written is no JSON, or no id
     ├── InvalidFilterError (ValueError)      a filter or an order that makes no sense
     ├── InvalidSharingError (ValueError)     a role, a person or a group that makes no sense
     ├── RecordExistsError (ValueError)       a record of this id is there already
     ├── RecordNotFoundError (KeyError)       there is no record of this id
     ├── StoreError                           the file is of another program or of a later version
     │    └── WrongAccountError               the file belongs to another user, or to another server
     └── SyncError                            a sync has ended early; nothing is lost, ``report`` says how far it got
          ├── NoServerError                   the store was opened without a server
          ├── OfflineError                    no answer came, after all attempts
          ├── UnavailableError                the server asks to come later: ``retry_after`` seconds
          ├── AuthenticationError             the server does not know these credentials (401)
          ├── AccessError                     the server refused a request (403, 404)
          ├── ServiceClosedError              the service is no longer there, for good (410)
          └── UnexpectedAnswerError           an answer that is none of this protocol

Local reads and writes raise none of the ``SyncError`` branch, and a sync none of the ``ValueError`` ones.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .report import SyncReport


class KintounError(Exception):
    """The root: ``except KintounError`` catches whatever this library raises on purpose."""


class InvalidRecordError(KintounError, ValueError):
    """What was to be written is no JSON object, or its id is none."""


class InvalidFilterError(KintounError, ValueError):
    """A filter or an order that makes no sense."""


class InvalidSharingError(KintounError, ValueError):
    """A role, a person or a group that makes no sense."""


class RecordExistsError(KintounError, ValueError):
    """A record of this id is there already."""


class RecordNotFoundError(KintounError, KeyError):
    """There is no record of this id."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class StoreError(KintounError):
    """The file cannot be used: it is of another program, or of a later version of this one."""


class WrongAccountError(StoreError):
    """The file holds what another user, or another server, has sent: nothing is mixed."""


class SyncError(KintounError):
    """A sync has ended early. What is in the outbox stays there; ``report`` tells what had been done until then."""

    report: "SyncReport | None" = None


class NoServerError(SyncError):
    """The store was opened without a server."""


class OfflineError(SyncError):
    """No answer came, after all attempts."""


class UnavailableError(SyncError):
    """The server is overloaded, or asked for a pause that is longer than this sync waits."""

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds after which to come again; 0 when the server did not say."""


class AuthenticationError(SyncError):
    """The server does not know these credentials (401)."""


class AccessError(SyncError):
    """The server refused a request that is not about one record (403, 404 and other 4xx)."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class ServiceClosedError(SyncError):
    """The service is no longer there, for good (410)."""


class UnexpectedAnswerError(SyncError):
    """An answer that is none of this protocol: a captive portal, a proxy, a redirection, another program."""
