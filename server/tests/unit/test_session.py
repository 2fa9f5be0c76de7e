"""Sessions: their tokens, and how long they last."""

import pytest
from kintoun_server.domain.credential import Credential
from kintoun_server.domain.principals import Caller
from kintoun_server.domain.session import Session, digest, new_token

ZOE = Credential("zoe", "1")
BEGIN, LIFETIME = 1_000_000, 10_000


def test_a_token_has_256_random_bits() -> None:
    """Tokens differ, are of 43 characters that a cookie may have, and are kept as SHA-256 alone."""
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}
    assert all(token.replace("-", "").replace("_", "").isalnum() for token in tokens)
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_digest_of_any_text() -> None:
    """A cookie may hold anything, a lone surrogate too."""
    assert len(digest("\udc80")) == 64


def test_a_session_is_its_account() -> None:
    """Who has it is the account that it rests on."""
    assert Session.begin("t", ZOE, BEGIN, LIFETIME).caller == Caller("account:zoe", ZOE)


@pytest.mark.parametrize(
    ("later", "due", "over"),
    [(0, False, False), (5000, False, False), (5001, True, False), (9999, True, False), (10_000, True, True)],
)
def test_a_session_is_renewed_in_its_second_half(later: int, due: bool, over: bool) -> None:  # noqa: FBT001 - a table
    """It is due when more than half of its life is gone, and over at its end."""
    session = Session.begin("t", ZOE, BEGIN, LIFETIME)
    assert session.is_due(BEGIN + later, LIFETIME) is due
    assert session.is_over(BEGIN + later) is over


def test_a_renewed_session_lasts_as_long_as_a_new_one() -> None:
    """It has the same digest and a new end."""
    session = Session.begin("t", ZOE, BEGIN, LIFETIME)
    assert session.renewed(BEGIN + 7000, LIFETIME) == Session(digest("t"), ZOE, BEGIN + 7000 + LIFETIME)
    assert "digest" not in repr(session)
