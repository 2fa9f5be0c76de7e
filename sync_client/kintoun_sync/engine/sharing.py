"""Sharing: who gets access, who loses it, who has it; what is shared with me, and what I share.

All of it needs the server, and any of it may be repeated: each call first looks at what is there.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from kintoun_sync.errors import AccessError, AuthenticationError, UnexpectedAnswerError
from kintoun_sync.place import Place, place_in
from kintoun_sync.principal import bucket_of, id_of, is_group, key
from kintoun_sync.role import Kind, Role, permissions_of, reaches_records
from kintoun_sync.shared import Access, AccessList, Removal, Shared

from .access import OWN, principals_in, rights
from .acl import Acl, Lists, Wanted, acl_in, change
from .ask import Line, message_of
from .exchange import Request, Steps
from .gather import OK, gather, pages
from .sync import Hello

_CREATED, _GONE, _EXISTS = 201, 404, 412


@dataclass(frozen=True, slots=True)
class Talk:
    """What each call needs: the line to the server, and what it has said of me."""

    line: Line
    hello: Hello

    @property
    def me(self) -> str:
        """Who I am; AuthenticationError for nobody."""
        if self.hello.user_id is None:
            raise AuthenticationError("whoever shares has to be signed in")
        return self.hello.user_id


def create(talk: Talk, place: Place) -> Steps[None]:
    """Make a bucket, and a collection in it, that are not there yet.

    Raises:
        AccessError: I may not.
    """
    for one in reversed(place.chain):
        if one.bucket == OWN and one.kind is Kind.BUCKET:
            continue
        answer = yield from talk.line.ask(Request("PUT", one.path, {"If-None-Match": "*"}))
        if answer.status not in (OK, _CREATED, _EXISTS):
            raise AccessError(f"{one}: {message_of(answer)}", answer.status)


def share(talk: Talk, place: Place, principal: str, role: Role | str) -> Steps[None]:
    """Give somebody exactly one role on an object.

    Raises:
        AccessError: I may not, or the object is not on the server (yet).
        InvalidSharingError: there is no such role.
    """
    permissions = permissions_of(role, place.kind)
    yield from change(talk.line, place, lambda _: {principal: permissions})


def remove(talk: Talk, place: Place, principals: Sequence[str], *, below: bool = True) -> Steps[Removal]:
    """Take all rights away from some principals: on an object, and on the records in it.

    Whoever edits a record stands in its ``write`` from then on (protocol section 11.4): so the members of a group go
    from ``write`` with it, but not from ``read``, to which nobody is added without being asked.

    Raises:
        AccessError: I may not.
    """
    members = yield from _members(talk, [principal for principal in principals if is_group(principal)])
    editors = {key(one) for people in members.values() for one in people or ()} - {key(talk.me)}
    gone = {key(principal) for principal in principals}

    def wanted(lists: Lists) -> Mapping[str, frozenset[str]]:
        held = _held(lists)
        kept = {one: frozenset(held[one] - {"write"}) for one in held if key(one) in editors and "write" in held[one]}
        return kept | {one: frozenset() for one in held if key(one) in gone}

    objects = int((yield from change(talk.line, place, wanted)) > 0)
    if below and place.kind is Kind.COLLECTION:
        objects += yield from _change_all(talk, (yield from _records(talk, place)), wanted)
    return Removal(objects, (yield from _remaining(talk, place, gone)))


def _change_all(talk: Talk, places: Sequence[Place], wanted: Wanted) -> Steps[int]:
    """Change many objects, each by itself; answer how many there were to change."""
    changed = 0
    for place, acl in zip(places, (yield from _shown(talk, places)), strict=True):
        if acl is None or (acl.lists is not None and not wanted(acl.lists)):
            continue
        try:
            changed += (yield from change(talk.line, place, wanted, acl)) > 0
        except AccessError as error:
            if error.status != _GONE:
                raise
    return changed


def stop(talk: Talk, place: Place) -> Steps[Removal]:
    """Take everybody's rights away but mine.

    Raises:
        AccessError: I may not.
    """
    principals: dict[str, None] = {}
    places = [place, *((yield from _records(talk, place)) if place.kind is Kind.COLLECTION else ())]
    for acl in (yield from _shown(talk, places)):
        lists = acl.lists if acl is not None else None
        principals |= dict.fromkeys(one for one in _held(lists or {}) if key(one) != key(talk.me))
    return (yield from remove(talk, place, tuple(principals)))


def who(talk: Talk, place: Place) -> Steps[AccessList]:
    """List who has access to an object, its own list first, then what comes from above.

    Raises:
        AccessError: I may not read the object.
    """
    answers = yield from gather(talk.line, [Request("GET", one.path) for one in place.chain], talk.hello.batch_size)
    acl_in(answers[0], place)
    found: list[Access] = []
    hidden: list[Kind] = []
    for one, answer in zip(place.chain, answers, strict=True):
        lists = acl_in(answer, one).lists if answer.status == OK else None
        if lists is None:
            hidden.append(one.kind)
        found += _entries(talk, place, one, lists or {})
    return AccessList((yield from _with_members(talk, found)), hidden)


def with_me(talk: Talk, left: Container[Place] = ()) -> Steps[list[Shared]]:
    """List what others have shared with me, but what I have ``left``.

    Raises:
        AccessError: the server does not tell.
    """
    own = quote(f'"{talk.hello.bucket}"')
    found = yield from _rights(talk, f"exclude_bucket_id={own}")
    described = yield from _described(talk, [one for one in found if one.place not in left])
    mine = {one.bucket for one in described if one.kind is Kind.BUCKET and _is_mine_alone(one)}
    return [one for one in described if one.bucket not in mine and not _is_mine_alone(one)]


def by_me(talk: Talk, places: Iterable[Place] = ()) -> Steps[list[Shared]]:
    """List what I have shared: buckets and collections, and the records of the collections that are given.

    Raises:
        AccessError: the server does not tell.
    """
    found = yield from _rights(talk, "in_resource_name=bucket,collection")
    found = [one for one in found if "write" in one.permissions]
    known = {one.place for one in found}
    for bucket in dict.fromkeys(one.bucket for one in found if one.kind is Kind.BUCKET):
        path = f"/buckets/{quote(bucket, safe='')}/collections?_limit=1000&_fields=id"
        entries = yield from pages(talk.line, path)
        places_in = [Place(bucket, str(entry["id"])) for entry in entries]
        found += [_mine(one) for one in places_in if one not in known]
    for place in places:
        found += [_mine(one) for one in (yield from _records(talk, place))]
    described = yield from _described(talk, found)
    return [one for one in described if one.others]


def _mine(place: Place) -> Shared:
    return Shared(place.bucket, place.collection, place.record, ("write",))


def _rights(talk: Talk, query: str) -> Steps[list[Shared]]:
    entries = yield from rights(talk.line, query)
    try:
        return [
            Shared(place.bucket, place.collection, place.record, tuple(entry["permissions"]))
            for entry in entries
            if entry["resource_name"] in tuple(Kind)
            for place in (place_in(entry),)
        ]
    except (KeyError, TypeError):
        raise UnexpectedAnswerError("the list of rights is not of this protocol") from None


def _described(talk: Talk, found: Sequence[Shared]) -> Steps[list[Shared]]:
    described: list[Shared] = []
    acls = yield from _shown(talk, [one.place for one in found])
    for one, acl in zip(found, acls, strict=True):
        if acl is None:
            described.append(one)
            continue
        entries = [entry for entry in _entries(talk, one.place, one.place, acl.lists or {}) if not entry.me]
        described.append(replace(one, data=acl.data, others=tuple(entries)))
    return described


def _is_mine_alone(one: Shared) -> bool:
    """Tell whether nobody else may write it by name: then it is mine, as the protocol keeps no owners."""
    return (
        "write" in one.permissions and not any("write" in other.permissions for other in one.others) and bool(one.data)
    )


def _records(talk: Talk, place: Place) -> Steps[list[Place]]:
    entries = yield from pages(talk.line, f"{place.path}/records?_limit=1000&_fields=id")
    return [replace(place, record=str(entry["id"])) for entry in entries]


def _shown(talk: Talk, places: Sequence[Place]) -> Steps[list[Acl | None]]:
    """Read objects; None for those that are not there, or not for me."""
    answers = yield from gather(talk.line, [Request("GET", one.path) for one in places], talk.hello.batch_size)
    return [acl_in(answer, one) if answer.status == OK else None for one, answer in zip(places, answers, strict=True)]


def _held(lists: Lists) -> dict[str, set[str]]:
    held: dict[str, set[str]] = {}
    for name, principals in lists.items():
        for principal in principals:
            held.setdefault(principal, set()).add(name)
    return held


def _entries(talk: Talk, asked: Place, place: Place, lists: Lists) -> list[Access]:
    """Write the rights that one object gives to the one that was asked about, itself or below it."""
    through = None if place == asked else place.kind
    held = _held(lists)
    return [
        Access(principal, tuple(sorted(held[principal])), through, me=key(principal) == key(talk.hello.user_id or ""))
        for principal in sorted(held)
        if through is None or reaches_records(held[principal])
    ]


def _with_members(talk: Talk, found: Sequence[Access]) -> Steps[list[Access]]:
    members = yield from _members(talk, [one.principal for one in found if one.group])
    return [replace(one, members=members[one.principal]) if one.group else one for one in found]


def _members(talk: Talk, groups: Sequence[str]) -> Steps[dict[str, tuple[str, ...] | None]]:
    paths = [f"/buckets/{bucket_of(group)}/groups/{id_of(group)}" for group in groups]
    answers = yield from gather(talk.line, [Request("GET", path) for path in paths], talk.hello.batch_size)
    found: dict[str, tuple[str, ...] | None] = {}
    for group, answer in zip(groups, answers, strict=True):
        data = acl_in(answer, Place(bucket_of(group))).data if answer.status == OK else {}
        members = data.get("members")
        found[group] = tuple(map(str, members)) if isinstance(members, list) else None
    return found


def _remaining(talk: Talk, place: Place, gone: set[str]) -> Steps[tuple[Access, ...]]:
    """List the rights that those who were taken off may still have."""
    people = {one for one in gone if not one.startswith(("/", "system."))}
    if not people:
        return ()
    left: list[Access] = []
    for one in (yield from who(talk, place)):
        is_one = key(one.principal) in people
        is_in = one.members is not None and any(key(member) in people for member in one.members)
        if is_one or is_in or one.principal.startswith("system."):
            left.append(one)
    return tuple(left)


def joined(talk: Talk) -> Steps[list[str]]:
    """List the groups that I am in, as principals."""
    answer = yield from talk.line.ask(Request("GET", "/"))
    return [principal for principal in principals_in(answer) if is_group(principal)]
