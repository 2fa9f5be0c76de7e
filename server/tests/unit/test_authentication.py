"""Who sends a request: protocol sections 1 and 6.1."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kintoun_server.domain.principals import Caller, basicauth_id
from kintoun_server.http.authentication import authenticate

KEY = "the key of the server"


def basic(pair: bytes | str) -> str:
    """The header of Basic authentication for a pair `user:password`."""
    return "Basic " + base64.b64encode(pair.encode() if isinstance(pair, str) else pair).decode()


@given(st.text(st.characters(codec="utf-8", exclude_characters=":"), min_size=1), st.text(st.characters(codec="utf-8")))
def test_any_pair_is_a_user(user: str, password: str) -> None:
    """Every user name and password is a user, the same one each time; only the name ends at the first colon."""
    assert authenticate(basic(f"{user}:{password}"), KEY) == Caller(basicauth_id(KEY, user, password))


@pytest.mark.parametrize("header", ["basic {}", "BASIC {}", "Basic  {}", " Basic {} "])
def test_the_scheme_is_read_as_http_has_it(header: str) -> None:
    """The name of the scheme is case-insensitive, and more blanks do no harm."""
    encoded = base64.b64encode(b"user:password").decode()
    assert authenticate(header.format(encoded), KEY) == authenticate(f"Basic {encoded}", KEY) != Caller()


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic dXNlcjpwYXNzd29yZA",  # padding is missing
        "Bearer dXNlcjpwYXNzd29yZA==",
        "Basicdxy dXNlcjpwYXNzd29yZA==",
        basic("no colon"),
        basic(":password"),
        basic(b"us\xffer:password"),
        "Basic é",
    ],
)
def test_what_cannot_be_read_is_anonymous(header: str | None) -> None:
    """No header, another scheme and a malformed pair are no error: the caller is nobody."""
    assert authenticate(header, KEY) == Caller()


@given(st.text() | st.text("Basic dXNlcjpwYXNz=", max_size=30))
def test_any_header_is_somebody_or_nobody(header: str) -> None:
    """Whatever a client sends as its Authorization, no error comes of it."""
    assert isinstance(authenticate(header, KEY), Caller)
