"""What ends a session on one server ends it on every other of the database, from the next request on."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from tests.api.account_service import PASSWORD
from tests.api.browser import COOKIE, browser, is_taken_back, sign_in, who

RECORDS = "/buckets/default/collections/c/records"
REQUESTS = [
    ("GET", "/buckets"),
    ("GET", "/buckets/default"),
    ("PUT", f"{RECORDS}/r"),
    ("GET", RECORDS),
    ("DELETE", RECORDS),
    ("GET", "/people?name=x"),
    ("DELETE", "/buckets"),
]


@pytest.fixture(scope="module")
def servers(serve: Callable[..., str]) -> list[str]:
    """The addresses of two server processes on one database."""
    same: dict[str, object] = {"mongodb_database": "session_revocation", "account_cache_ttl_seconds": 3600}
    return [serve(**same) for _ in range(2)]


@pytest.fixture
def signed_in(servers: list[str], name: str) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """Two browsers of one account, each at another server."""
    with browser(servers[0]) as here, browser(servers[1]) as there:
        assert here.put(f"/accounts/{name}", json={"data": {"password": PASSWORD}}).status_code == 201
        for one in (here, there):
            assert sign_in(one, name).status_code == 201
            assert one.get(RECORDS).status_code == 200
        yield here, there


@pytest.mark.parametrize(("method", "path"), REQUESTS, ids=lambda value: value.replace("/", " ").strip())
@pytest.mark.parametrize("change", ["PATCH", "DELETE"])
def test_a_new_password_ends_sessions_everywhere(
    signed_in: tuple[httpx.Client, httpx.Client], name: str, change: str, method: str, path: str
) -> None:
    """After a new password, or the end of the account, the very next request at another server is anonymous."""
    here, there = signed_in
    body = {"data": {"password": "another password"}} if change == "PATCH" else None
    assert here.request(change, f"/accounts/{name}", json=body, auth=(name, PASSWORD)).status_code == 200
    answer = there.request(method, path, json={"data": {}} if method == "PUT" else None)
    assert answer.status_code == 401, answer.text
    answer = there.get("/session")
    assert answer.json() == {"data": None}
    assert is_taken_back(answer)
    assert who(here) is None


def test_a_stale_session_ends_no_others(signed_in: tuple[httpx.Client, httpx.Client], name: str) -> None:
    """Whoever kept a cookie from before a new password cannot sign its owner out."""
    here, there = signed_in
    here.patch(f"/accounts/{name}", json={"data": {"password": "another password"}}, auth=(name, PASSWORD))
    assert sign_in(here, name, "another password").status_code == 201
    there.delete("/session?everywhere=true")
    assert who(here) == f"account:{name}"


def test_signing_out_counts_at_every_server(signed_in: tuple[httpx.Client, httpx.Client], servers: list[str]) -> None:
    """A token that was used at both servers is worthless at the other one as soon as one has signed out."""
    here, _ = signed_in
    token = here.cookies[COOKIE]
    with browser(servers[1]) as same:
        same.cookies.set(COOKIE, token)
        assert same.get(RECORDS).status_code == 200
        here.delete("/session")
        assert same.get(RECORDS).status_code == 401
