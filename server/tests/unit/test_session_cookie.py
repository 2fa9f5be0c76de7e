"""The cookie of a session, and when it counts."""

import pytest
from kintoun_server.http.session_cookie import SessionCookie
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

APP = {"X-Requested-With": "kintoun-todo", "Cookie": "a=b; kintoun-session=token"}


def token(headers: dict[str, str], *, secure: bool = False) -> str | None:
    """The token that counts in a request with these headers."""
    line = RequestStartLine("GET", "/", "HTTP/1.1")
    return SessionCookie(secure).token(
        HTTPServerRequest(start_line=line, headers=HTTPHeaders({"Host": "a", **headers}))
    )


def test_it_counts_for_the_web_app() -> None:
    """With our header it counts, with what the browser says of the same origin too."""
    assert token(APP) == "token"
    assert token({**APP, "Sec-Fetch-Site": "same-origin"}) == "token"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "", "SAME-ORIGIN", "same-origin, same-origin"])
def test_it_does_not_count_elsewhere(site: str) -> None:
    """A page of another origin is none of ours, whatever header it sends."""
    assert token({**APP, "Sec-Fetch-Site": site}) is None


@pytest.mark.parametrize("given", [None, "", "XMLHttpRequest", "kintoun-todo2", "Kintoun-Todo"])
def test_it_does_not_count_without_our_header(given: str | None) -> None:
    """The header must be there, to the letter."""
    headers = {"Cookie": APP["Cookie"]} | ({} if given is None else {"X-Requested-With": given})
    assert token(headers) is None


@pytest.mark.parametrize("authorization", ["Basic YTpi", "Bearer x", ""])
def test_authorization_wins(authorization: str) -> None:
    """Beside an Authorization of any kind the cookie is not looked at."""
    assert token({**APP, "Authorization": authorization}) is None


@pytest.mark.parametrize("cookie", ["", "a=b", "kintoun-session=", "kintoun-session", "__Host-kintoun-session=token"])
def test_other_cookies_are_none(cookie: str) -> None:
    """A cookie without a value, or of another name, is none."""
    assert token({**APP, "Cookie": cookie}) is None


def test_over_https_its_name_is_protected() -> None:
    """Only the cookie with the prefix counts, which no other host can set."""
    assert token({**APP, "Cookie": "__Host-kintoun-session=token"}, secure=True) == "token"
    assert token(APP, secure=True) is None
