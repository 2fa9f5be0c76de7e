"""Refusals of the rules as error answers (protocol section 5)."""

from email.utils import formatdate
from typing import Any

from kintoun_server import errors
from kintoun_server.domain import refusals
from kintoun_server.domain.principals import Caller
from kintoun_server.errors import ApiError

from .credentials import CHALLENGE

NOT_ACCEPTED = "The credentials are not accepted: the password is not that of the account."


def validators(timestamp: int) -> dict[str, str]:
    """Write the headers ETag and Last-Modified for a timestamp in ms (protocol section 4)."""
    return {"ETag": f'"{timestamp}"', "Last-Modified": formatdate(timestamp / 1000, usegmt=True)}


def error_of(refusal: refusals.Refusal, caller: Caller, retry_after: int) -> ApiError:  # noqa: PLR0911 - one for each kind
    """Answer the error that tells ``caller`` of the refusal; ``retry_after`` in seconds."""
    match refusal:
        case refusals.Forbidden():
            if caller.user_id is not None:
                return ApiError(errors.FORBIDDEN)
            return ApiError(errors.UNAUTHENTICATED, headers={"WWW-Authenticate": CHALLENGE})
        case refusals.WrongCredentials() | refusals.StaleCredentials():
            return ApiError(errors.UNAUTHENTICATED, NOT_ACCEPTED, headers={"WWW-Authenticate": CHALLENGE})
        case refusals.Missing(kind=kind, id=object_id) | refusals.ParentMissing(kind=kind, id=object_id):
            row = errors.UNKNOWN_OBJECT if isinstance(refusal, refusals.Missing) else errors.UNKNOWN_PARENT
            return ApiError(row, details={"id": object_id, "resource_name": kind})
        case refusals.PreconditionFailed(timestamp=timestamp, existing=existing):
            details = None if existing is None else {"existing": existing}
            return ApiError(errors.MODIFIED_MEANWHILE, details=details, headers=validators(timestamp))
        case refusals.Invalid(details=found):
            return _invalid(found)
        case refusals.Unreadable():
            return ApiError(errors.BAD_REQUEST, str(refusal))
        case refusals.UnacceptableMedia(header=header, accepted=accepted):
            return _media(header, accepted)
        case refusals.TooLarge():
            return ApiError(errors.TOO_LARGE)
        case _:
            return ApiError(errors.CONFLICT, headers={"Retry-After": str(retry_after)})


def _invalid(found: tuple[refusals.Detail, ...]) -> ApiError:
    first = found[0]
    if first.name is None:
        message = f"{first.location}: {first.description}"
    elif first.name in first.description:
        message = first.description
    else:
        message = f"{first.name} in {first.location}: {first.description}"
    return ApiError(errors.INVALID, message, [_entry(detail) for detail in found])


def _media(header: str, accepted: tuple[str, ...]) -> ApiError:
    reason = f"{header} header should be one of {list(accepted)}"
    kind = errors.NOT_ACCEPTABLE if header == "Accept" else errors.UNSUPPORTED_MEDIA_TYPE
    return ApiError(kind, reason, [{"location": "header", "name": header, "description": reason}])


def _entry(detail: refusals.Detail) -> dict[str, Any]:
    return {"location": detail.location, "name": detail.name, "description": detail.description}
