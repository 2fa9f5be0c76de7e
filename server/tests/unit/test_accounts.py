"""The rules of accounts: protocol section 22."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from kintoun_server.domain.accounts import MAX_PASSWORD_LENGTH, password_in
from kintoun_server.domain.change import Change, Method, Outcome, apply
from kintoun_server.domain.credential import Credential, Secret
from kintoun_server.domain.kinds import ACCOUNT
from kintoun_server.domain.listing import reach
from kintoun_server.domain.objects import Scope, Stored
from kintoun_server.domain.permissions import Rules
from kintoun_server.domain.preconditions import Precondition
from kintoun_server.domain.principals import EVERYONE, Caller
from kintoun_server.domain.refusals import Forbidden, Invalid, Missing, PreconditionFailed, UnacceptableMedia

OLD, NEW = Secret("old hash", "1"), Secret("new hash", "2")
ZOE = Stored(id="zoe", last_modified=1000, data={"age": 3}, permissions={"write": ("account:zoe",)}, secret=OLD)
GONE = Stored(id="zoe", last_modified=1000, deleted=True)
NOBODY = Caller()
HERSELF = Caller("account:zoe", Credential("zoe", "1"))
BOB = Caller("account:bob", Credential("bob", "1"))
BASIC = Caller("basicauth_1", Credential("carl", None))
NEWCOMER = Caller("basicauth_2", Credential("zoe", None))
ADMIN = Caller("account:admin", Credential("admin", "1"))
SITE = {"account_create": frozenset({EVERYONE}), "account_write": frozenset({"account:admin"})}


def scope(caller: Caller, site: Mapping[str, frozenset[str]] = SITE, *, explicit: bool = True) -> Scope:
    """The list of accounts, as this caller meets it."""
    rules = Rules(site, explicit=explicit)
    return Scope(kind=ACCOUNT, lists={}, principals=caller.principals(), rules=rules, clock=1000, now=2000)


def write(method: Method, old: Stored | None, caller: Caller, **more: Any) -> Outcome:  # noqa: ANN401 - as Change
    """Make a change of the account zoe, with a new password unless it is said otherwise."""
    more = {"data": {}, "secret": None if method is Method.DELETE else NEW, **more}
    return apply(old, Change(method=method, id="zoe", caller=caller, **more), scope(caller))


@pytest.mark.parametrize("method", [Method.PUT, Method.POST])
@pytest.mark.parametrize("caller", [NOBODY, NEWCOMER, ADMIN])
def test_who_may_create(method: Method, caller: Caller) -> None:
    """Nobody, who comes with the new credentials, and an administrator make an account, which is its own owner."""
    outcome = write(method, None, caller)
    assert outcome.created
    assert outcome.stored.secret == NEW
    assert outcome.stored.permissions == outcome.shown == {"write": ("account:zoe",)}


@pytest.mark.parametrize("method", [Method.PUT, Method.POST])
@pytest.mark.parametrize("caller", [BOB, BASIC])
@pytest.mark.parametrize("old", [None, ZOE, GONE])
def test_nobody_makes_an_account_for_another(method: Method, caller: Caller, old: Stored | None) -> None:
    """Somebody else is told so, and not whether the account exists."""
    with pytest.raises(Invalid, match=r"Username and account ID do not match\."):
        write(method, old, caller, precondition=Precondition(if_none_match="*"))
    with pytest.raises(UnacceptableMedia):
        write(method, old, caller, unacceptable=UnacceptableMedia("Accept", ()))


@pytest.mark.parametrize("method", [Method.PUT, Method.POST])
@pytest.mark.parametrize("caller", [NOBODY, NEWCOMER])
def test_the_name_of_a_deleted_account_is_reserved(method: Method, caller: Caller) -> None:
    """Only an administrator makes it again; others are refused as where it exists."""
    with pytest.raises(Forbidden):
        write(method, GONE, caller)
    assert write(method, GONE, ADMIN).created
    assert write(method, GONE, HERSELF, granted=True).created


@pytest.mark.parametrize(
    ("caller", "refusals"),
    [
        (NOBODY, (Forbidden, Forbidden, Forbidden)),
        (BOB, (Invalid, Forbidden, Forbidden)),
        (HERSELF, (None, None, None)),
        (ADMIN, (None, None, None)),
    ],
)
def test_who_may_change(caller: Caller, refusals: tuple[type[Exception] | None, ...]) -> None:
    """The account itself and administrators replace, change and delete it."""
    for method, refusal in zip((Method.PUT, Method.PATCH, Method.DELETE), refusals, strict=True):
        if refusal:
            with pytest.raises(refusal):
                write(method, ZOE, caller)
        else:
            assert write(method, ZOE, caller).written


def test_an_administrator_does_not_become_a_writer() -> None:
    """Whoever writes, the owner alone is added; also where editors are not added to what they write."""
    assert write(Method.PATCH, ZOE, ADMIN).stored.permissions == {"write": ("account:zoe",)}
    change = Change(method=Method.PUT, id="zoe", caller=ADMIN, data={}, secret=NEW)
    assert apply(None, change, scope(ADMIN, explicit=False)).stored.permissions == {"write": ("account:zoe",)}


def test_signing_up_may_be_closed() -> None:
    """Without `account_create_principals` administrators alone make accounts."""
    site = {"account_write": frozenset({"account:admin"})}
    for caller in (NOBODY, NEWCOMER):
        with pytest.raises(Forbidden):
            apply(None, Change(method=Method.PUT, id="zoe", caller=caller, data={}, secret=NEW), scope(caller, site))
    assert apply(None, Change(method=Method.PUT, id="zoe", caller=ADMIN, secret=NEW), scope(ADMIN, site)).created


def test_a_safe_sign_up_is_refused_by_its_precondition() -> None:
    """`If-None-Match: *` on a name that is taken is 412, without the account."""
    with pytest.raises(PreconditionFailed) as caught:
        write(Method.PUT, ZOE, NOBODY, precondition=Precondition(if_none_match="*"))
    assert caught.value.existing is None


def test_the_password_is_kept_where_none_is_given() -> None:
    """PATCH without a password keeps it, with one it replaces it, and a deletion forgets it."""
    assert write(Method.PATCH, ZOE, HERSELF, data={"age": 4}, secret=None).stored.secret == OLD
    assert write(Method.PATCH, ZOE, HERSELF).stored.secret == NEW
    assert write(Method.PUT, ZOE, HERSELF).stored.secret == NEW
    assert write(Method.DELETE, ZOE, HERSELF).stored.secret is None


def test_no_account_is_without_a_password() -> None:
    """Whatever a handler lets through, an account is not made without a secret, nor revived with an old one."""
    for old in (None, GONE):
        with pytest.raises(Invalid, match="Required"):
            write(Method.PUT, old, ADMIN, secret=None)
    with pytest.raises(Missing):
        write(Method.PATCH, GONE, ADMIN)


def test_an_account_goes_with_the_data_of_its_owner() -> None:
    """Where all data of a user are deleted the account is too, whoever else may write it; others are only taken off."""
    shared = replace(ZOE, permissions={"write": ("account:zoe", "account:bob")})
    gone = write(Method.PATCH, shared, NOBODY, withdrawn="account:zoe", granted=True).stored
    assert (gone.deleted, gone.secret) == (True, None)
    kept = write(Method.PATCH, shared, NOBODY, withdrawn="account:bob", granted=True).stored
    assert (kept.permissions, kept.secret) == ({"write": ("account:zoe",)}, OLD)


def test_no_password_becomes_an_attribute() -> None:
    """A change that would leave a password among the attributes is refused, whichever way it got there."""
    with pytest.raises(Invalid):
        write(Method.PATCH, ZOE, HERSELF, data={"password": "in the clear"})


def test_no_hash_is_shown() -> None:
    """The body of an account has its attributes, and nothing of its secret."""
    assert ZOE.body() == {"age": 3, "id": "zoe", "last_modified": 1000}


@pytest.mark.parametrize("password", [None, 12345678, True, ["password"], {"$ne": ""}, {}, 1.5])
def test_a_password_is_a_string(password: object) -> None:
    """Anything else is refused, without being repeated."""
    with pytest.raises(Invalid) as caught:
        password_in(password, 8)
    assert caught.value.details[0].name == "data.password"
    assert caught.value.details[0].description == "must be a string"


def test_the_length_of_a_password() -> None:
    """Characters are counted as they are hashed, and the message does not repeat them."""
    for short in ("", "1234567", "e\N{COMBINING ACUTE ACCENT}" * 4, "x" * (MAX_PASSWORD_LENGTH + 1)):
        with pytest.raises(Invalid, match="characters") as caught:
            password_in(short, 8)
        assert not short or short not in caught.value.details[0].description
    for good in ("12345678", "é" * 8, "x" * MAX_PASSWORD_LENGTH):
        assert password_in(good, 8) == good


def test_who_sees_the_list() -> None:
    """Who has signed in may open the list and an administrator sees all of it; others may not."""
    assert (reach(scope(BOB), "read").open, reach(scope(BOB), "read").full) == (True, False)
    assert reach(scope(BOB, {}), "read").open
    assert reach(scope(ADMIN), "read").full
    assert not reach(scope(NOBODY), "read").open
