"""Groups: made, changed, listed (protocol section 8). A group's id stays, since lists of permissions name it."""

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote

from kintoun_sync.errors import AccessError, InvalidSharingError, UnavailableError
from kintoun_sync.place import Place
from kintoun_sync.principal import bucket_of, id_of, key
from kintoun_sync.shared import Group

from .access import OWN
from .acl import acl_in
from .ask import Line, message_of
from .exchange import Request, Response, Steps
from .gather import OK, gather, pages
from .sharing import Talk, joined

_CREATED, _MISSING, _TOO_LATE = 201, 404, 412
_TRIES = 10
Members: TypeAlias = tuple[str, ...]


def create(talk: Talk, name: str, members: Members, bucket: str) -> Steps[Group]:
    """Make a group; its id is its name as far as an id can be.

    Raises:
        InvalidSharingError: there is another one of this name.
        AccessError: I may not.
    """
    group_id = _id_for(name)
    data: dict[str, Any] = {"members": list(members)}
    if group_id != name:
        data["title"] = name
    path = _path(bucket, group_id)  # by its alias one's own bucket is made with the first group
    answer = yield from talk.line.ask(Request("PUT", path, {"If-None-Match": "*"}, {"data": data}))
    bucket = _real(talk, bucket)
    if answer.status == _TOO_LATE:
        there = yield from read(talk.line, f"/buckets/{bucket}/groups/{group_id}")
        if set(map(key, there.members or ())) == set(map(key, members)) and there.title == name:
            return there  # an earlier attempt has arrived, and its answer has not
        raise InvalidSharingError(f"there is a group {group_id!r} in {bucket} already")
    return _group_in(answer, bucket, group_id)


def read(line: Line, group: str) -> Steps[Group]:
    """Read a group by its principal.

    Raises:
        AccessError: it is not there, or not for me.
    """
    bucket, group_id = bucket_of(group), id_of(group)
    answer = yield from line.ask(Request("GET", _path(bucket, group_id)))
    return _group_in(answer, bucket, group_id)


def set_members(line: Line, group: str, wanted: Callable[[Members], Members]) -> Steps[Group]:
    """Change the members of a group as it is at that moment; two who do so at once do not undo each other.

    Raises:
        AccessError: I may not, or it is not there.
        UnavailableError: others were faster each time.
    """

    def operations(there: Group) -> list[dict[str, Any]]:
        before = there.members or ()
        after = wanted(before)
        return [] if after == before else [{"op": "add", "path": "/data/members", "value": list(after)}]

    return (yield from _change(line, group, operations))


def rename(line: Line, group: str, title: str) -> Steps[Group]:
    """Give a group another title.

    Raises:
        AccessError: I may not, or it is not there.
    """
    return (
        yield from _change(
            line,
            group,
            lambda there: [] if there.title == title else [{"op": "add", "path": "/data/title", "value": title}],
        )
    )


def delete(line: Line, group: str) -> Steps[None]:
    """Delete a group; one that is not there any more is no error.

    Raises:
        AccessError: I may not.
    """
    answer = yield from line.ask(Request("DELETE", _path(bucket_of(group), id_of(group))))
    if answer.status not in (OK, _MISSING):
        raise AccessError(f"the group {group}: {message_of(answer)}", answer.status)


def of_bucket(talk: Talk, bucket: str) -> Steps[list[Group]]:
    """List the groups of a bucket that I may see.

    Raises:
        AccessError: none.
    """
    entries = yield from pages(talk.line, f"/buckets/{quote(bucket, safe='')}/groups?_limit=1000&_sort=id")
    bucket = _real(talk, bucket)
    return [_group(bucket, str(entry["id"]), entry) for entry in entries]


def mine(talk: Talk) -> Steps[list[Group]]:
    """List the groups that I am in, with their members where I may see them."""
    principals = yield from joined(talk)
    paths = [_path(bucket_of(one), id_of(one)) for one in principals]
    answers = yield from gather(talk.line, [Request("GET", path) for path in paths], talk.hello.batch_size)
    return [
        _group_in(answer, bucket_of(one), id_of(one))
        if answer.status == OK
        else Group(bucket_of(one), id_of(one), id_of(one), None)
        for one, answer in zip(principals, answers, strict=True)
    ]


def _change(line: Line, group: str, operations: Callable[[Group], list[dict[str, Any]]]) -> Steps[Group]:
    for _ in range(_TRIES):
        there = yield from read(line, group)
        patch = operations(there)
        if not patch:
            return there
        headers = {"Content-Type": "application/json-patch+json", "If-Match": f'"{there.last_modified}"'}
        answer = yield from line.ask(Request("PATCH", _path(there.bucket, there.id), headers, patch))
        if answer.status != _TOO_LATE:
            return _group_in(answer, there.bucket, there.id)
    raise UnavailableError(f"others changed the group {group} each time before this change; try again")


def _real(talk: Talk, bucket: str) -> str:
    """Name one's own bucket by its real id, by which others know it."""
    if bucket != OWN:
        return bucket
    if talk.hello.bucket is None:
        raise InvalidSharingError("this server has no buckets of one's own: name one")
    return talk.hello.bucket


def _group_in(answer: Response, bucket: str, group_id: str) -> Group:
    if answer.status not in (OK, _CREATED):
        raise AccessError(f"the group {bucket}/{group_id}: {message_of(answer)}", answer.status)
    return _group(bucket, group_id, acl_in(Response(OK, answer.headers, answer.content), Place(bucket)).data)


def _group(bucket: str, group_id: str, data: Mapping[str, Any]) -> Group:
    title, members = data.get("title"), data.get("members")
    return Group(
        bucket,
        group_id,
        title if isinstance(title, str) and title else group_id,
        tuple(map(str, members)) if isinstance(members, list) else (),
        data.get("last_modified"),
    )


def _path(bucket: str, group_id: str) -> str:
    return f"/buckets/{quote(bucket, safe='')}/groups/{quote(group_id, safe='')}"


def _id_for(name: str) -> str:
    words = re.findall(r"[A-Za-z0-9_]+", name)
    written = "-".join(words).lstrip("_")
    return name if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name) else written or uuid.uuid4().hex[:8]
