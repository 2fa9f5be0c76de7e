"""Signing in and out with a browser: the cookie, and what ends it."""

import time
import uuid
from collections.abc import Callable, Iterator

import httpx
import pytest
from tests.api.account_service import NOT_ACCEPTED, PASSWORD, AccountService, refusal
from tests.api.browser import APP, COOKIE, browser, is_taken_back, sign_in, who

RECORD = "/buckets/default/collections/tasks/records/r"


@pytest.fixture
def client(service: AccountService) -> Iterator[httpx.Client]:
    """A browser that has no cookie yet."""
    with browser(service.root) as made:
        yield made


def test_somebody_signs_in_and_out(client: httpx.Client, zoe: str) -> None:
    """The answer tells who one is; the cookie is a credential until one signs out."""
    assert who(client) is None
    answer = sign_in(client, zoe.upper())
    assert answer.status_code == 201
    data = answer.json()["data"]
    assert data.keys() == {"name", "principal", "bucket", "expires"}
    assert (data["name"], data["principal"]) == (zoe, f"account:{zoe}")
    assert abs(data["expires"] / 1000 - time.time() - 30 * 24 * 3600) < 300
    assert client.get("/session").json() == {"data": data}
    assert client.head("/session").status_code == 200
    assert client.put(RECORD, json={"data": {"n": 1}}).status_code == 201
    assert client.get("/buckets/default").json()["data"]["id"] == data["bucket"]
    assert client.get("/").json()["user"]["id"] == f"account:{zoe}"
    token = client.cookies[COOKIE]
    out = client.delete("/session")
    assert (out.status_code, out.json()) == (200, {"data": None})
    assert COOKIE not in client.cookies
    client.cookies.set(COOKIE, token)
    assert client.get(RECORD).status_code == 401
    assert who(client) is None


def test_the_cookie_is_hidden_from_scripts(client: httpx.Client, zoe: str) -> None:
    """It is HttpOnly and Lax, holds for the whole host, and no answer may be kept by a cache."""
    answer = sign_in(client, zoe)
    parts = {part.strip() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert parts == {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"}
    assert client.cookies[COOKIE] not in answer.text
    for one in (answer, client.get("/session"), client.delete("/session")):
        assert one.headers["cache-control"] == "no-cache, no-store"


def test_behind_https_the_cookie_is_secure(serve: Callable[..., str]) -> None:
    """Where a proxy speaks https, the cookie never leaves it, and no other host can set it."""
    root = serve(http_scheme="https")
    with browser(root) as client:
        client.put("/accounts/zoe", json={"data": {"password": PASSWORD}})
        cookie = sign_in(client, "zoe").headers["set-cookie"]
    assert cookie.startswith(f"__Host-{COOKIE}=")
    assert "Secure" in {part.strip() for part in cookie.split(";")}


def test_a_proxy_is_believed_by_the_setting_only(client: httpx.Client, zoe: str) -> None:
    """A header that anybody can send changes nothing."""
    client.headers["X-Forwarded-Proto"] = "https"
    assert "Secure" not in sign_in(client, zoe).headers["set-cookie"]


@pytest.mark.parametrize(
    ("given", "password"), [("zoe", "a wrong password"), ("nobody-at-all", PASSWORD), ("$ne", PASSWORD), ("", "")]
)
def test_wrong_credentials(client: httpx.Client, zoe: str, given: str, password: str) -> None:
    """A wrong password, a name of nobody and what is no name get the same answer, and no cookie."""
    answer = sign_in(client, zoe if given == "zoe" else given, password)
    assert refusal(answer) == NOT_ACCEPTED
    assert "set-cookie" not in answer.headers
    assert "basic" not in answer.headers["www-authenticate"].lower(), "browsers would open a dialog of their own"


def test_wrong_credentials_take_the_same_time(client: httpx.Client, zoe: str) -> None:
    """A name of nobody takes as long as a wrong password: in the median, at least half of it."""

    def seconds(name: str) -> float:
        begin = time.perf_counter()
        assert sign_in(client, name, "a wrong password").status_code == 401
        return time.perf_counter() - begin

    pairs = [(seconds(zoe), seconds("nobody-at-all")) for _ in range(15)]
    known, unknown = (sorted(column)[len(column) // 2] for column in zip(*pairs, strict=True))
    assert known / 2 < unknown < known * 2


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        [],
        {},
        {"data": None},
        {"data": []},
        {"data": {"name": "zoe"}},
        {"data": {"password": PASSWORD}},
        {"data": {"name": {"$ne": ""}, "password": {"$ne": ""}}},
        {"data": {"name": ["zoe"], "password": PASSWORD}},
        {"data": {"name": "zoe", "password": None}},
        {"data": {"name": "zoe", "password": PASSWORD, "$where": "1"}},
        {"data": {"name": "a\x00b", "password": PASSWORD}},
        {"name": "zoe", "password": PASSWORD},
    ],
)
def test_hostile_bodies(client: httpx.Client, body: object) -> None:
    """What is not a name and a password is refused with a reason that does not repeat the password."""
    answer = client.post("/session", json=body)
    assert answer.status_code == 400
    assert answer.json()["errno"] == 107
    assert PASSWORD not in answer.text
    assert "set-cookie" not in answer.headers


def test_other_media_types_are_refused(client: httpx.Client, zoe: str) -> None:
    """What a form of another site can send is no body of this route."""
    body = f'{{"data": {{"name": "{zoe}", "password": "{PASSWORD}"}}}}'
    for media_type in ("text/plain", "application/x-www-form-urlencoded"):
        assert client.post("/session", content=body, headers={"Content-Type": media_type}).status_code == 415


@pytest.mark.parametrize("token", ["x", "a" * 43, "é", '"', "$ne", "a" * 10_000])
def test_a_cookie_that_is_no_good_is_as_none(client: httpx.Client, token: str) -> None:
    """Its sender is anonymous, and the session's route takes it back."""
    headers = {b"Cookie": f"{COOKIE}={token}".encode()}
    assert client.get("/", headers=headers).json().get("user") is None
    assert client.get("/buckets", headers=headers).status_code == 401
    answer = client.get("/session", headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"data": None})
    assert is_taken_back(answer)


def test_signing_in_anew_ends_the_session_before(client: httpx.Client, zoe: str) -> None:
    """One browser has one session: the token before is worthless."""
    sign_in(client, zoe)
    before = client.cookies[COOKIE]
    sign_in(client, zoe)
    assert client.cookies[COOKIE] != before
    assert who(client) == f"account:{zoe}"
    client.cookies.clear()
    client.cookies.set(COOKIE, before)
    assert who(client) is None


def test_signing_out_everywhere(service: AccountService, client: httpx.Client, zoe: str, name: str) -> None:
    """One session can end all of its account, and no others; by itself it ends alone."""
    service.sign_up(f"{name}-other")
    with browser(service.root) as second, browser(service.root) as third, browser(service.root) as other:
        for one in (client, second, third):
            sign_in(one, zoe)
        sign_in(other, f"{name}-other")
        second.delete("/session?everywhere=false")
        assert [who(one) for one in (client, second, third)] == [f"account:{zoe}", None, f"account:{zoe}"]
        assert client.delete("/session?everywhere=maybe").status_code == 400
        client.delete("/session?everywhere=true")
        assert [who(one) for one in (client, second, third)] == [None, None, None]
        assert who(other) == f"account:{name}-other"


def test_a_session_expires(serve: Callable[..., str], until: Callable[[Callable[[], object], str], object]) -> None:
    """It is over at the time that the answer told; until then it goes on, and half-way it is renewed."""
    root = serve(session_lifetime_seconds=4)
    with browser(root) as client:
        client.put("/accounts/zoe", json={"data": {"password": PASSWORD}})
        first = sign_in(client, "zoe").json()["data"]["expires"]
        until(lambda: "set-cookie" in client.get("/buckets").headers, "a renewal in the second half")
        renewed = client.get("/session").json()["data"]["expires"]
        assert renewed > first
        token = client.cookies[COOKIE]
        until(lambda: time.time() * 1000 > renewed, "the end of the session")
        assert client.get("/buckets", headers={"Cookie": f"{COOKIE}={token}"}).status_code == 401


def test_a_session_cannot_write_accounts(client: httpx.Client, zoe: str) -> None:
    """Whoever finds an open browser cannot take the account over: it is told to send the password."""
    sign_in(client, zoe)
    new = {"data": {"password": "another password"}}
    for method, path in (
        ("PUT", f"/accounts/{zoe}"),
        ("PATCH", f"/accounts/{zoe}"),
        ("DELETE", f"/accounts/{zoe}"),
        ("POST", "/accounts"),
        ("DELETE", "/accounts"),
    ):
        answer = client.request(method, path, json=new if method in {"PUT", "PATCH", "POST"} else None)
        assert answer.status_code == 403, (method, path)
        assert "password" in answer.json()["message"]
    assert client.get(f"/accounts/{zoe}").status_code == 200
    inner = {"method": "PATCH", "path": f"/accounts/{zoe}", "body": new}
    (response,) = client.post("/batch", json={"requests": [inner]}).json()["responses"]
    assert response["status"] == 403
    assert client.patch(f"/accounts/{zoe}", json=new, auth=(zoe, PASSWORD)).status_code == 200


def test_without_accounts_there_are_no_sessions(serve: Callable[..., str]) -> None:
    """Where people have no accounts, these routes are not there."""
    with browser(serve(multiauth_policies=["basicauth"])) as client:
        assert {client.get(path).status_code for path in ("/session", "/people?name=x")} == {404}
        assert sign_in(client, "zoe").status_code == 404


def test_users_of_basic_authentication_have_no_sessions(client: httpx.Client, name: str) -> None:
    """A pair that is no account signs nobody in, though it is a user."""
    assert client.get("/", auth=(name, PASSWORD)).json()["user"]["id"].startswith("basicauth")
    assert sign_in(client, name).status_code == 401


def test_a_flush_ends_sessions(serve: Callable[..., str]) -> None:
    """After everything is erased, nobody is signed in, though an account of the same name is made again."""
    with browser(serve(flush_endpoint_enabled=True)) as client:
        client.put("/accounts/zoe", json={"data": {"password": PASSWORD}})
        sign_in(client, "zoe")
        assert who(client) == "account:zoe"
        client.post("/__flush__")
        again = httpx.put(client.base_url.join("accounts/zoe"), json={"data": {"password": PASSWORD}}, headers=APP)
        assert again.status_code == 201
        assert who(client) is None


def test_a_read_only_server_lets_people_in_and_out(serve: Callable[..., str]) -> None:
    """Sessions are no data of users: with `readonly` they begin, are told and end, while accounts cannot be made."""
    database = f"read_only_{uuid.uuid4().hex}"
    httpx.put(
        f"{serve(mongodb_database=database)}/v1/accounts/zoe", json={"data": {"password": PASSWORD}}, trust_env=False
    )
    with browser(serve(mongodb_database=database, readonly=True)) as client:
        assert client.put("/accounts/amy", json={"data": {"password": PASSWORD}}).status_code == 405
        assert sign_in(client, "zoe").status_code == 201
        assert who(client) == "account:zoe"
        assert client.put("/buckets/b").status_code == 405
        asked = {"Origin": "http://elsewhere.example", "Access-Control-Request-Method": "DELETE"}
        assert "DELETE" in client.options("/session", headers=asked).headers["access-control-allow-methods"]
        token = client.cookies[COOKIE]
        assert client.delete("/session").status_code == 200
        client.cookies.set(COOKIE, token)
        assert who(client) is None
