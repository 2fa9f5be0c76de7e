"""Taking a principal off an object, whoever else has rights on it: protocol section 26."""

import pytest
from kintoun_server.domain.change import Change, Method, Outcome, apply
from kintoun_server.domain.kinds import GROUP, RECORD
from kintoun_server.domain.objects import Scope, Stored
from kintoun_server.domain.permissions import Permissions, Rules
from kintoun_server.domain.principals import Caller
from kintoun_server.domain.refusals import Missing, ParentMissing

SCOPE = Scope(kind=RECORD, lists={}, principals=frozenset(), rules=Rules({}), clock=100, now=50)


def withdraw(old: Stored | None, scope: Scope = SCOPE) -> Outcome:
    """Take Bob off an object."""
    change = Change(method=Method.PATCH, id="r", caller=Caller(), withdrawn="bob", granted=True)
    return apply(old, change, scope)


def record(**permissions: tuple[str, ...]) -> Stored:
    """A record with this access control list."""
    return Stored(id="r", last_modified=7, data={"title": "milk"}, permissions=permissions)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"write": ("alice", "bob"), "read": ("bob", "carol")}, {"write": ("alice",), "read": ("carol",)}),
        ({"write": ("alice",), "read": ("bob",)}, {"write": ("alice",)}),
        ({"read": ("bob",)}, {}),
    ],
)
def test_others_keep_the_object_and_their_rights(before: Permissions, after: Permissions) -> None:
    """Where somebody else may write, or nobody by the object's own list, only the principal goes; all else stays."""
    outcome = withdraw(Stored(id="r", last_modified=7, data={"title": "milk"}, permissions=before))
    stored = outcome.stored
    assert (stored.permissions, stored.data, stored.deleted, outcome.written) == (after, {"title": "milk"}, False, True)
    assert stored.last_modified == 101
    assert stored.former_readers == {"bob": 101}


def test_what_only_the_principal_may_write_is_deleted() -> None:
    """Readers of it remember that they were ones, so that they are told."""
    stored = withdraw(record(write=("bob",), read=("carol",))).stored
    assert (stored.deleted, stored.last_modified) == (True, 101)
    assert stored.former_readers == {"bob": 101, "carol": 101}


def test_an_object_that_does_not_name_it_is_not_written() -> None:
    """Somebody may have taken the principal off meanwhile; that is no reason for another timestamp."""
    outcome = withdraw(record(write=("alice",)))
    assert (outcome.written, outcome.stored.last_modified) == (False, 7)


def test_the_members_of_a_group_stay() -> None:
    """The group loses the principal in its permissions, not among its members."""
    group = Stored(id="r", last_modified=7, data={"members": ["bob"]}, permissions={"write": ("alice", "bob")})
    stored = withdraw(group, Scope(kind=GROUP, lists={}, principals=frozenset(), rules=Rules({}), clock=100)).stored
    assert (stored.data, stored.permissions) == ({"members": ["bob"]}, {"write": ("alice",)})


def test_what_is_gone_already_is_refused() -> None:
    """A deleted object is missing, and so is one whose container was deleted."""
    with pytest.raises(Missing):
        withdraw(Stored(id="r", last_modified=7, deleted=True))
    gone = Scope(kind=GROUP, lists={}, principals=frozenset(), rules=Rules({}), missing=("bucket", "b"))
    with pytest.raises(ParentMissing):
        withdraw(record(write=("bob",)), gone)
