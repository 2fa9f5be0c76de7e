"""The heart: what one write makes of one object. Pure, and decided inside the snapshot that is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from . import account_name, accounts, timestamps
from .credential import Secret
from .groups import with_members
from .kinds import ACCOUNT, GROUP
from .objects import FORMER_READERS_LIMIT, Scope, Stored
from .patch import Behavior, Patch, PlainPatch, Target, shown_part
from .permissions import Permissions, check_size, may_see, readers, replaced, shown, with_editor, without
from .preconditions import NONE, Precondition
from .principals import Caller
from .refusals import Forbidden, IdTaken, Missing, ParentMissing, PreconditionFailed, Refusal


class Method(StrEnum):
    """The ways to write one object (protocol section 10)."""

    PUT = "PUT"
    POST = "POST"
    PATCH = "PATCH"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One write of one object, as asked for.

    ``data`` and ``permissions`` are None where the body has none; ``last_modified`` (ms) is the timestamp that the
    client wants. ``patch`` is what a PATCH does, when it is no plain one of these, and ``behavior`` what its answer
    shows. ``id_made_up`` tells that the server chose the id; ``granted`` that it is the server's own doing,
    ``reserved`` that the id is that of another user's personal bucket, which only the server makes. ``withdrawn`` is a
    principal that is taken off the list, and nothing else is changed; an object that only it may write is deleted.
    ``secret`` is the new password of an account.

    What is wrong with the request counts only in its turn (protocol section 5.3), so that a stranger never learns of
    it: ``unacceptable`` media types before authorisation, a ``fault`` of shape after it, and a ``misfit`` of meaning
    after the preconditions.
    """

    method: Method
    id: str
    caller: Caller
    data: Mapping[str, Any] | None = None
    permissions: Mapping[str, list[str]] | None = None
    last_modified: int | None = None
    patch: Patch | None = None
    behavior: Behavior = Behavior.FULL
    precondition: Precondition = NONE
    id_made_up: bool = False
    unacceptable: Refusal | None = None
    fault: Refusal | None = None
    misfit: Refusal | None = None
    granted: bool = False
    reserved: bool = False
    withdrawn: str | None = None
    secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a write came to: the object as it is now, whether it was created, and whether anything is to be written.

    ``shown`` is what the caller sees of the object's access control list (protocol section 11.7). ``part`` is what it
    asked to see of the attributes; None for the whole object (protocol section 10.4).
    """

    stored: Stored
    created: bool = False
    written: bool = True
    shown: Permissions = field(default_factory=dict)
    part: Mapping[str, Any] | None = None


def apply(old: Stored | None, change: Change, scope: Scope) -> Outcome:
    """Decide what ``change`` makes of ``old`` (None, or a tombstone, for an object that does not exist).

    The order of the decisions is that of protocol section 5.3: parent, authorisation, shape, existence,
    preconditions, meaning.

    Raises:
        Refusal: the change is not made; the kind of refusal tells the answer.
    """
    live = None if old is None or old.deleted else old
    if scope.kind is ACCOUNT and not change.granted:
        change = _claimed(old, change, scope)
    _authorise(live, change, scope)
    if change.fault is not None:
        raise change.fault
    if live is None and change.method in (Method.PATCH, Method.DELETE):
        raise Missing(scope.kind.name, change.id)
    _check_preconditions(live, change, scope)
    if change.misfit is not None:
        raise change.misfit
    if change.id_made_up and live is not None:
        raise IdTaken
    action = _ACTIONS[change.method] if change.withdrawn is None else _withdraw
    outcome = action(old, change, scope)
    return replace(outcome, shown=shown(outcome.stored.permissions, _editing(outcome, scope)))


def _claimed(old: Stored | None, change: Change, scope: Scope) -> Change:
    """Answer the change of an account with what is wrong with it, since an account is its owner's (section 22)."""
    if change.method not in (Method.PUT, Method.POST) or scope.may("write"):
        return change
    misfit = None if accounts.may_claim(change.caller, change.id) else accounts.mismatch()
    return replace(change, unacceptable=change.unacceptable or misfit, reserved=old is not None and old.deleted)


def _editing(outcome: Outcome, scope: Scope) -> frozenset[str]:
    """Answer whom the access control list is shown to; whoever writes an account does so as its owner."""
    as_owner = outcome.written and scope.kind is ACCOUNT
    return scope.principals | {account_name.principal(outcome.stored.id)} if as_owner else scope.principals


def _authorise(live: Stored | None, change: Change, scope: Scope) -> None:
    if scope.collection_missing and scope.missing:
        raise ParentMissing(*scope.missing)
    if change.unacceptable is not None:
        raise change.unacceptable
    if not (change.granted or _permitted(live, change, scope)):
        raise Forbidden
    if scope.missing:
        raise ParentMissing(*scope.missing)


def _permitted(live: Stored | None, change: Change, scope: Scope) -> bool:
    match change.method:
        case Method.PUT if live is None or change.precondition.if_none_match == "*":
            return scope.may("create") and not change.reserved
        case Method.POST if live is None:
            return scope.may("create") and not change.reserved
        case Method.POST:
            return scope.may("read", live)
        case _ if live is None:
            return scope.may("read")
        case _:
            return scope.may("write", live)


def _check_preconditions(live: Stored | None, change: Change, scope: Scope) -> None:
    if not change.precondition.holds(live.last_modified if live else None):
        existing = live.body() if live and scope.may("read", live) else None
        raise PreconditionFailed(live.last_modified if live else scope.clock, existing)


def _put(old: Stored | None, change: Change, scope: Scope) -> Outcome:
    live = None if old is None or old.deleted else old
    data = change.data if change.data is not None else (live.data if live else {})
    permissions = replaced(live.permissions if live else {}, change.permissions)
    return Outcome(_written(old, change, scope, data, permissions), created=live is None)


def _post(old: Stored | None, change: Change, scope: Scope) -> Outcome:
    if old is not None and not old.deleted:
        return Outcome(old, written=False)
    return _put(old, change, scope)


def _patch(old: Stored | None, change: Change, scope: Scope) -> Outcome:
    current = old or _nothing(change)
    patch = change.patch or PlainPatch(change.data, change.permissions, (change.id,))
    patched = patch.apply(Target(current, scope.kind, may_see(current.permissions, scope.principals)))
    stored = _written(old, change, scope, patched.data, patched.permissions)
    return Outcome(stored, part=shown_part(change.behavior, patch, current, stored))


def _delete(old: Stored | None, change: Change, scope: Scope) -> Outcome:
    current = old or _nothing(change)
    stamp = timestamps.choose(_moment(scope), change.last_modified, current.last_modified)
    tombstone = Stored(id=change.id, last_modified=stamp, deleted=True)
    return Outcome(_remembering(scope, current, tombstone))


def _withdraw(old: Stored | None, change: Change, scope: Scope) -> Outcome:
    current = old or _nothing(change)
    permissions = without(current.permissions, change.withdrawn)
    if permissions == current.permissions:
        return Outcome(current, written=False)
    is_owner = scope.kind is ACCOUNT and change.withdrawn == account_name.principal(change.id)
    if is_owner or ("write" in current.permissions and "write" not in permissions):
        return _delete(old, change, scope)
    new = replace(current, permissions=permissions, last_modified=timestamps.choose(_moment(scope)))
    return Outcome(_remembering(scope, old, new))


_ACTIONS: Mapping[Method, Callable[[Stored | None, Change, Scope], Outcome]] = {
    Method.PUT: _put,
    Method.POST: _post,
    Method.PATCH: _patch,
    Method.DELETE: _delete,
}


def _nothing(change: Change) -> Stored:
    return Stored(id=change.id, last_modified=-1)


def _moment(scope: Scope) -> timestamps.Moment:
    return timestamps.Moment(scope.clock, scope.now, scope.taken)


def _written(
    old: Stored | None, change: Change, scope: Scope, data: Mapping[str, Any], permissions: Permissions
) -> Stored:
    live_since = old.last_modified if old and not old.deleted else -1
    stamp = timestamps.choose(_moment(scope), change.last_modified, live_since)
    if scope.kind is ACCOUNT:
        permissions = with_editor(permissions, account_name.principal(change.id))
    elif scope.rules.explicit:
        permissions = with_editor(permissions, change.caller.editor)
    check_size(permissions)
    if scope.kind is GROUP:
        data = with_members(data)
    new = Stored(id=change.id, last_modified=stamp, data=data, permissions=permissions)
    if scope.kind is ACCOUNT:
        new = replace(new, secret=accounts.secret_after(old, change.secret, data))
    return _remembering(scope, old, new)


def _remembering(scope: Scope, old: Stored | None, new: Stored) -> Stored:
    """Note in the object who could read it and no longer can, by its own list."""
    if old is None:
        return new
    current = readers(scope.kind, new.permissions)
    losing = dict.fromkeys(sorted(readers(scope.kind, old.permissions)), new.last_modified)
    lost = [(name, when) for name, when in {**losing, **old.former_readers}.items() if name not in current]
    latest = sorted(lost, key=lambda pair: pair[1])[-FORMER_READERS_LIMIT:]
    return replace(new, former_readers=dict(latest))
