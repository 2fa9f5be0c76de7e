"""Who sends a request: protocol sections 1, 6.1 and 22."""

import asyncio
import base64
import contextlib
from typing import Any

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kintoun_server import passwords
from kintoun_server.domain.credential import Credential, Secret
from kintoun_server.domain.principals import Caller, basicauth_id
from kintoun_server.domain.refusals import WrongCredentials
from kintoun_server.http.authentication import Authenticator
from kintoun_server.http.credentials import BasicCredentials
from kintoun_server.passwords import Passwords
from kintoun_server.settings import Settings

KEY = "the key of the server"
BASICAUTH_ONLY = ("basicauth",)
ACCOUNT_ONLY = ("account",)


class Table:
    """The secrets of a few accounts, kept in a dictionary; it counts how often it is read."""

    def __init__(self) -> None:
        self.rows: dict[str, Secret] = {}
        self.reads = 0
        self.read = asyncio.Event()

    async def secret(self, name: str) -> Secret | None:
        """Read the secret of an account."""
        self.reads += 1
        found = self.rows.get(name)
        self.read.set()
        await asyncio.sleep(0)
        return found


@pytest.fixture
def table() -> Table:
    """No account yet."""
    return Table()


def authenticator(table: Table, **settings: Any) -> Authenticator:  # noqa: ANN401 - as the settings
    """What tells callers apart, on these accounts and with these settings."""
    return Authenticator(Settings(userid_hmac_secret=KEY, **settings), table, Passwords())


def basic(pair: bytes | str) -> str:
    """The header of Basic authentication for a pair `user:password`."""
    return "Basic " + base64.b64encode(pair.encode() if isinstance(pair, str) else pair).decode()


@given(st.text(st.characters(codec="utf-8", exclude_characters=":"), min_size=1), st.text(st.characters(codec="utf-8")))
async def test_any_pair_is_a_user(user: str, password: str) -> None:
    """Without accounts every name and password is a user, the same each time; only the name ends at a colon."""
    found = await authenticator(Table(), multiauth_policies=BASICAUTH_ONLY).caller(basic(f"{user}:{password}"))
    assert found == Caller(basicauth_id(KEY, user, password))


@pytest.mark.parametrize("header", ["basic {}", "BASIC {}", "Basic  {}", " Basic {} "])
def test_the_scheme_is_read_as_http_has_it(header: str) -> None:
    """The name of the scheme is case-insensitive, and more blanks do no harm."""
    encoded = base64.b64encode(b"user:password").decode()
    assert BasicCredentials.read(header.format(encoded)) == BasicCredentials("user", "password")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic dXNlcjpwYXNzd29yZA",  # padding is missing
        "Basic dXNlcjpwYXNz d29yZA==",
        "Bearer dXNlcjpwYXNzd29yZA==",
        "dXNlcjpwYXNzd29yZA==",
        basic("no colon"),
        basic(":password"),
        basic(b"\xff\xfe:\xff"),
    ],
)
async def test_what_cannot_be_read_is_nobody(header: str | None, table: Table) -> None:
    """No credentials, and credentials that cannot be read, are those of an anonymous caller, and cost nothing."""
    assert await authenticator(table).caller(header) == Caller()
    assert table.reads == 0


@given(st.text())
def test_no_header_is_an_error(header: str) -> None:
    """Whatever stands in the header, it is read or it is not."""
    BasicCredentials.read(header)
    BasicCredentials.read(f"Basic {header}")


async def test_an_account_is_known_by_its_password_alone(table: Table) -> None:
    """The right password is the account's user; a wrong one is refused, and never is another user."""
    table.rows["alice"] = secret = await Passwords().hash("the right one")
    found = authenticator(table)
    expected = Caller("account:alice", Credential("alice", secret.version))
    for name in ("alice", "ALICE", "\N{LATIN SMALL LETTER A}lice"):
        assert await found.caller(basic(f"{name}:the right one")) == expected
    for wrong in ("the wrong one", "", "the right one ", "the right one\0"):
        with pytest.raises(WrongCredentials):
            await found.caller(basic(f"alice:{wrong}"))


async def test_a_name_without_an_account_is_a_user_of_basic_authentication(table: Table) -> None:
    """The caller notes that its identity rests on the absence of an account."""
    user_id = basicauth_id(KEY, "Bob", "secret")
    assert await authenticator(table).caller(basic("Bob:secret")) == Caller(user_id, Credential("bob", None))


async def test_what_no_account_can_be_called_is_not_looked_up(table: Table) -> None:
    """A name that no account may have is a user of Basic authentication without a read."""
    for name in ("é", "a b", "../x", "$where", "x" * 300, ".x"):
        assert await authenticator(table).caller(basic(f"{name}:pw")) == Caller(basicauth_id(KEY, name, "pw"))
        with pytest.raises(WrongCredentials):
            await authenticator(table, multiauth_policies=ACCOUNT_ONLY).caller(basic(f"{name}:pw"))
    assert table.reads == 0


async def test_where_accounts_are_all_a_free_name_is_noted(table: Table) -> None:
    """Without Basic users, who comes with a name that is free is nobody yet; and that is not remembered."""
    found = authenticator(table, multiauth_policies=ACCOUNT_ONLY)
    for reads in (1, 2):
        assert await found.caller(basic("bob:secret")) == Caller(None, Credential("bob", None))
        assert table.reads == reads


async def test_a_verified_caller_is_remembered(table: Table) -> None:
    """Accounts and Basic users cost one read and one run of argon2 in the time of the setting, wrong passwords each."""
    table.rows["alice"] = await Passwords().hash("the right one")
    found = authenticator(table)
    for pair, reads in (("alice:the right one", 1), ("bob:x", 2)):
        for _ in range(3):
            await found.caller(basic(pair))
            assert table.reads == reads
    for reads in (3, 4):
        with pytest.raises(WrongCredentials):
            await found.caller(basic("alice:wrong"))
        assert table.reads == reads


@pytest.mark.parametrize("policies", [("account", "basicauth"), ACCOUNT_ONLY])
async def test_known_and_unknown_names_cost_the_same(
    table: Table, policies: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A right password, a wrong one and an unknown name: one read each, and one argon2 of the same parameters."""
    table.rows["alice"] = await Passwords().hash("the right one")
    found = authenticator(table, multiauth_policies=policies, account_cache_ttl_seconds=0)
    costs = []
    matches = passwords._matches

    def counted(hashed: str, password: str) -> bool:
        costs.append((table.reads, argon2.extract_parameters(hashed)))
        return matches(hashed, password)

    monkeypatch.setattr(passwords, "_matches", counted)
    for pair in ("alice:the right one", "alice:wrong", "bob:the right one"):
        with contextlib.suppress(WrongCredentials):
            await found.caller(basic(pair))
    assert [reads for reads, _ in costs] == [1, 2, 3]
    assert len({str(parameters) for _, parameters in costs}) == 1


async def test_nothing_is_remembered_when_the_setting_says_so(table: Table) -> None:
    """With a time of 0 s each request is verified."""
    found = authenticator(table, account_cache_ttl_seconds=0)
    for reads in (1, 2):
        await found.caller(basic("bob:x"))
        assert table.reads == reads


async def test_what_is_asked_anew_is_verified_anew(table: Table) -> None:
    """A caller whose account has come about meanwhile is not what is remembered."""
    found = authenticator(table)
    assert (await found.caller(basic("bob:the right one"))).user_id != "account:bob"
    table.rows["bob"] = await Passwords().hash("the right one")
    assert (await found.caller(basic("bob:the right one"), anew=True)).user_id == "account:bob"
    assert (await found.caller(basic("bob:the right one"))).user_id == "account:bob"


async def test_requests_that_come_together_share_one_verification(table: Table) -> None:
    """The first requests of a client, sent at once, cost one run of argon2."""
    table.rows["alice"] = await Passwords().hash("the right one")
    found = authenticator(table)
    callers = await asyncio.gather(*(found.caller(basic("alice:the right one")) for _ in range(10)))
    assert len(set(callers)) == 1
    assert table.reads == 1


async def test_a_refusal_is_not_shared(table: Table) -> None:
    """Who waits for the verification of another request is not refused with it: the password may be right by now."""
    table.rows["alice"], new = [await Passwords().hash(text) for text in ("the old one", "the new one")]
    found = authenticator(table)
    first = asyncio.create_task(found.caller(basic("alice:the new one")))
    await table.read.wait()
    second = asyncio.create_task(found.caller(basic("alice:the new one")))
    table.rows["alice"] = new
    assert (await second).user_id == "account:alice"
    with pytest.raises(WrongCredentials):
        await first


async def test_an_account_that_changes_is_forgotten(table: Table) -> None:
    """All who were verified by an account are forgotten with it, and nobody else."""
    table.rows["alice"] = await Passwords().hash("the right one")
    found = authenticator(table)
    await found.caller(basic("alice:the right one"))
    await found.caller(basic("bob:x"))
    found.forget("alice")
    await found.caller(basic("bob:x"))
    assert table.reads == 2
    await found.caller(basic("alice:the right one"))
    assert table.reads == 3
