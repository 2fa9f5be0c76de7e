"""What I may do, as the server says it: rights that come and go without a change of any record (protocol section 21).

A right on a record itself comes with a new version of it, and goes with a tombstone. One that comes from a group, from
the collection or from the bucket does neither. So each sync asks who I am, groups included, and which rights I have on
the buckets and collections of others; a collection for which the answer is another than last time is read whole.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from kintoun_sync.errors import AccessError, UnexpectedAnswerError
from kintoun_sync.json_value import dump

from .ask import Line, body_of
from .exchange import Request, Response, Steps
from .gather import OK, gather, pages
from .replica import Replica

OWN = "default"


class Fingerprints:
    """My access to the collections of others, as texts to compare; None for those of my own bucket."""

    def __init__(self, principals: Sequence[str] = (), entries: Iterable[Mapping[str, Any]] | None = None) -> None:
        self._principals = sorted(principals)
        self._rights: dict[tuple[str | None, str | None], list[str]] | None = None
        if entries is not None:
            places = ((entry.get("bucket_id"), entry.get("collection_id"), entry) for entry in entries)
            self._rights = {(bucket, name): sorted(entry["permissions"]) for bucket, name, entry in places}

    def of(self, replica: Replica) -> str:
        """Write my access to one collection."""
        rights: list[Any] | None = None
        if self._rights is not None:
            rights = [self._rights.get((replica.bucket, name), []) for name in (None, replica.name)]
        return hashlib.sha256(dump([self._principals, rights]).encode()).hexdigest()


def fingerprints(
    line: Line, replicas: Sequence[Replica], own_bucket: str | None, size: int
) -> Steps[Fingerprints | None]:
    """Ask what I may do in the buckets of others, in one exchange; None when there are none.

    A server that does not list rights (Kinto by default) tells of groups all the same.
    """
    buckets = sorted({replica.bucket for replica in replicas} - {OWN, own_bucket})
    if not buckets:
        return None
    list_of_rights = Request("GET", _rights_path(buckets))
    hello, first = yield from gather(line, [Request("GET", "/"), list_of_rights], max(size, 2))
    try:
        entries = yield from pages(line, list_of_rights.path, first)
        return Fingerprints(principals_in(hello), entries)
    except AccessError:
        return Fingerprints(principals_in(hello))
    except (KeyError, TypeError):
        raise UnexpectedAnswerError("the list of rights is not of this protocol") from None


def rights(line: Line, query: str) -> Steps[list[dict[str, Any]]]:
    """List what I have rights of my own on, filtered by a query.

    Raises:
        AccessError: the server does not tell.
    """
    return (yield from pages(line, f"/permissions?{query}&_limit=1000"))


def principals_in(hello: Response) -> list[str]:
    """Read all that I am in an answer of the hello view (protocol section 7.1)."""
    body = body_of(hello)
    user = body.get("user")
    if hello.status != OK or "http_api_version" not in body:
        raise UnexpectedAnswerError("what answers there is no server of this protocol")
    principals = user.get("principals") if isinstance(user, dict) else None
    return [str(principal) for principal in principals or ()]


def _rights_path(buckets: Sequence[str]) -> str:
    names = quote(",".join(f'"{bucket}"' for bucket in buckets), safe=",")
    return f"/permissions?in_resource_name=bucket,collection&in_bucket_id={names}&_limit=1000"
