"""The permissions of one object: read, and changed for one principal at a time (protocol sections 10.3 and 11.4).

A change is a JSON patch on the version that was read (``If-Match``). Whoever is too late reads again, so two who share
at once do not undo each other; and a repetition after a lost answer finds that nothing is left to do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from kintoun_sync.errors import AccessError, UnavailableError
from kintoun_sync.place import Place
from kintoun_sync.principal import key
from kintoun_sync.role import NAMES, Kind

from .ask import Line, body_of, etag_of, message_of
from .exchange import Request, Response, Steps
from .gather import OK

_JSON_PATCH = {"Content-Type": "application/json-patch+json"}
_TRIES = 10
_TOO_LATE = 412
_REFUSALS = (401, 403, 404)

Lists: TypeAlias = Mapping[str, tuple[str, ...]]
"""Principals by permission."""
Operation: TypeAlias = dict[str, str]
Wanted: TypeAlias = Callable[[Lists], "Mapping[str, frozenset[str]]"]
"""Answers, for the lists that are there, which permissions each principal shall have (and no others)."""


@dataclass(frozen=True, slots=True)
class Acl:
    """The permissions of an object; ``lists`` is None where the server does not show them to me."""

    etag: int
    lists: Lists | None
    data: Mapping[str, Any]


def read(line: Line, place: Place) -> Steps[Acl]:
    """Read an object with its permissions.

    Raises:
        AccessError: it is not there, or not for me.
    """
    answer = yield from line.ask(Request("GET", place.path))
    return acl_in(answer, place)


def acl_in(answer: Response, place: Place) -> Acl:
    """Read an object in an answer.

    Raises:
        AccessError: it is not there, or not for me.
    """
    if answer.status != OK:
        raise AccessError(f"{place}: {message_of(answer)}", answer.status)
    body = body_of(answer)
    lists = body.get("permissions") or None
    shown = None if not isinstance(lists, dict) else {name: tuple(of) for name, of in lists.items()}
    data = body.get("data")
    data = data if isinstance(data, dict) else {}
    etag = data.get("last_modified")
    return Acl(etag if isinstance(etag, int) else etag_of(answer), shown, data)


def change(line: Line, place: Place, wanted: Wanted, acl: Acl | None = None) -> Steps[int]:
    """Give principals exactly the permissions that are wanted; answer the number of rights that had to be changed.

    Whoever may write by a right from above, or by a group, is not shown the lists. An empty patch makes me a writer by
    name (protocol section 11.4), and whoever writes sees them. ``acl`` is the object where it was read already.

    Raises:
        AccessError: I may not change who has access, or the object is not there.
        UnavailableError: others were faster each time.
    """
    for _ in range(_TRIES):
        acl = acl or (yield from read(line, place))
        operations = [] if acl.lists is None else _operations(place.kind, acl.lists, wanted(acl.lists))
        if acl.lists is not None and not operations:
            return 0
        answer = yield from _patch(line, place, acl.etag, operations)
        if answer.status == OK and operations:
            return len(operations)
        acl = None if answer.status == _TOO_LATE else _writable(answer, place)
    raise UnavailableError(f"others changed who has access to {place} each time before this change; try again")


def _writable(answer: Response, place: Place) -> Acl:
    """Read the lists in the answer to an empty patch."""
    if answer.status in _REFUSALS:
        raise AccessError(f"who has access to {place} is not mine to change: {message_of(answer)}", answer.status)
    acl = acl_in(answer, place)
    if acl.lists is None:
        raise AccessError(f"the server does not show who has access to {place}", answer.status)
    return acl


def _patch(line: Line, place: Place, etag: int, operations: list[Operation]) -> Steps[Response]:
    headers = {**_JSON_PATCH, "If-Match": f'"{etag}"'}
    return (yield from line.ask(Request("PATCH", place.path, headers, operations)))


def _operations(kind: Kind, lists: Lists, wanted: Mapping[str, frozenset[str]]) -> list[Operation]:
    """Write the operations for what has to change: what is given first, then what is taken."""
    given: list[Operation] = []
    taken: list[Operation] = []
    for principal, permissions in wanted.items():
        for name in NAMES[kind]:
            held = [one for one in lists.get(name, ()) if key(one) == key(principal)]
            if name in permissions and not held:
                given.append(_operation("add", name, principal))
            elif name not in permissions:
                taken += [_operation("remove", name, spelling) for spelling in held]
    return given + taken


def _operation(name: str, permission: str, principal: str) -> Operation:
    pointer = principal.replace("~", "~0").replace("/", "~1")
    path = f"/permissions/{permission}/{pointer}"
    return {"op": name, "path": path, "value": principal} if name == "add" else {"op": name, "path": path}
