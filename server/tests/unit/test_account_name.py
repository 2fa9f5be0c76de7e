"""The names of accounts: protocol sections 8 and 22."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kintoun_server.domain.account_name import fold
from kintoun_server.domain.kinds import ACCOUNT, BUCKET
from kintoun_server.domain.principals import canonical


@pytest.mark.parametrize(
    ("given_name", "folded"),
    [
        ("alice", "alice"),
        ("ALICE", "alice"),
        ("Alice@Example.ORG", "alice@example.org"),
        ("\N{KELVIN SIGN}elvin", "kelvin"),
        ("stra\N{LATIN SMALL LETTER SHARP S}e", "strasse"),
        ("\N{LATIN SMALL LIGATURE FI}n", "fin"),
        ("cafe\N{COMBINING ACUTE ACCENT}", "caf\N{LATIN SMALL LETTER E WITH ACUTE}"),
        ("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", "i\N{COMBINING DOT ABOVE}"),
    ],
)
def test_names_are_folded(given_name: str, folded: str) -> None:
    """A name is composed, and then has no case."""
    assert fold(given_name) == folded


@given(st.text())
def test_what_is_folded_stays_so_if_it_is_an_id(name: str) -> None:
    """An id that comes out of folding is its own folded form, so that no two ids are one account."""
    folded = fold(name)
    assert not ACCOUNT.is_id(folded) or fold(folded) == folded


@pytest.mark.parametrize("name", ["a", "0", "a.b", "alice+tag@example.org", "a-b_c", "x" * 255])
def test_ids_of_accounts(name: str) -> None:
    """An address of e-mail may be the id of an account."""
    assert ACCOUNT.is_id(name)


@pytest.mark.parametrize(
    "name",
    ["", ".a", "@a", "+a", "_a", "-a", "..", "a/b", "a b", "a\n", "a\0", "Alice", "é", "$a", "a:b", "x" * 256, 1, None],
)
def test_what_is_no_id_of_an_account(name: object) -> None:
    """Everything else is none: above all what is not folded, and what could lead to another object."""
    assert not ACCOUNT.is_id(name)


def test_other_ids_keep_their_case() -> None:
    """Buckets `A` and `a` are two buckets."""
    assert BUCKET.spelled("Alice") == "Alice"
    assert ACCOUNT.spelled("Alice") == "alice"


@pytest.mark.parametrize(
    ("principal", "kept"),
    [
        ("account:Alice", "account:alice"),
        ("account:\N{KELVIN SIGN}elvin", "account:kelvin"),
        ("account:alice", "account:alice"),
        ("account:Not an ID", "account:Not an ID"),
        ("account:", "account:"),
        ("Account:Alice", "Account:Alice"),
        ("account_Alice", "account_Alice"),
    ],
)
def test_principals_of_accounts_are_folded(principal: str, kept: str) -> None:
    """Sharing with `account:Alice` reaches alice; what names no account keeps its spelling."""
    assert canonical(principal) == kept
    assert canonical(kept) == kept
