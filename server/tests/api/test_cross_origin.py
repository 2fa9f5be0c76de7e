"""Pages of other origins cannot use the cookie of a session."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from tests.api.account_service import PASSWORD, AccountService
from tests.api.browser import APP, COOKIE, browser, sign_in, who

RECORD = "/buckets/default/collections/c/records/r"
FOREIGN = [
    {},
    {"X-Requested-With": "XMLHttpRequest"},
    APP | {"Sec-Fetch-Site": "cross-site"},
    APP | {"Sec-Fetch-Site": "same-site"},
    APP | {"Sec-Fetch-Site": "none"},
]


@pytest.fixture
def client(service: AccountService, zoe: str) -> Iterator[httpx.Client]:
    """A browser in which somebody has signed in."""
    with browser(service.root) as made:
        assert sign_in(made, zoe).status_code == 201
        assert made.put(RECORD, json={"data": {"n": 1}}).status_code == 201
        yield made


def sent(client: httpx.Client, headers: dict[str, str], method: str, path: str, body: object = None) -> httpx.Response:
    """What a request with the cookie and just these headers is answered with."""
    cookie = {"Cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    url = f"{str(client.base_url).rstrip('/')}{path}"
    return httpx.request(method, url, headers=headers | cookie, json=body, timeout=30, trust_env=False)


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_the_cookie_alone_is_none(client: httpx.Client, zoe: str, headers: dict[str, str]) -> None:
    """Reads and writes of a page of another origin are anonymous, and it learns nothing and signs nobody out."""
    assert sent(client, headers, "GET", RECORD).status_code == 401
    assert sent(client, headers, "PUT", RECORD, {"data": {"n": 2}}).status_code == 401
    assert sent(client, headers, "DELETE", RECORD).status_code == 401
    assert "user" not in sent(client, headers, "GET", "/").json()
    answer = sent(client, headers, "GET", "/session")
    assert (answer.json(), "set-cookie" in answer.headers) == ({"data": None}, False)
    answer = sent(client, headers, "DELETE", "/session?everywhere=true")
    assert (answer.json(), "set-cookie" in answer.headers) == ({"data": None}, False)
    assert who(client) == f"account:{zoe}"
    assert client.get(RECORD).json()["data"]["n"] == 1


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_no_site_signs_anybody_in(client: httpx.Client, zoe: str, headers: dict[str, str]) -> None:
    """A page of another origin cannot give the browser a session of its own."""
    credentials = {"data": {"name": zoe, "password": PASSWORD}}
    answer = sent(client, headers, "POST", "/session", credentials)
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert "X-Requested-With" in answer.json()["message"]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_batch_makes_no_cookie_count(client: httpx.Client, headers: dict[str, str]) -> None:
    """What a batch says of its requests proves nothing: the cookie of the batch does not come to count inside."""
    inner = APP | {"Sec-Fetch-Site": "same-origin"}
    requests = [
        {"path": RECORD, "headers": inner},
        {"path": RECORD, "method": "PUT", "body": {"data": {"n": 2}}, "headers": inner},
    ]
    answer = sent(client, headers, "POST", "/batch", {"requests": requests, "defaults": {"headers": inner}})
    assert [response["status"] for response in answer.json()["responses"]] == [401, 401]
    assert client.get(RECORD).json()["data"]["n"] == 1


def test_a_batch_inherits_the_session(client: httpx.Client, zoe: str) -> None:
    """The requests of a batch of the web app are those of whoever is signed in, unless they bring credentials."""
    requests: list[object] = [
        {"path": "/"},
        {"path": RECORD, "method": "PUT", "body": {"data": {"n": 2}}},
        {"path": "/", "headers": {"Authorization": "Basic bm9ib2R5OnNlY3JldA=="}},
    ]
    responses = client.post("/batch", json={"requests": requests}).json()["responses"]
    assert [response["status"] for response in responses] == [200, 200, 200]
    assert responses[0]["body"]["user"]["id"] == f"account:{zoe}"
    assert responses[2]["body"]["user"]["id"].startswith("basicauth")
    assert client.get(RECORD).json()["data"]["n"] == 2


def test_nobody_signs_in_within_a_batch(client: httpx.Client, zoe: str) -> None:
    """The token would stand in the body, where scripts can read it; so the batch is refused before anything is done."""
    credentials = {"data": {"name": zoe, "password": PASSWORD}}
    for path in ("/session", "/v1/session", "/session/", "/sess%69on", "/session?x=1"):
        request = {"path": path, "method": "POST", "body": credentials}
        answer = client.post("/batch", json={"requests": [{"path": "/"}, request]})
        assert answer.status_code == 400, path
        assert "set-cookie" not in answer.text.lower()


def test_authorization_wins(client: httpx.Client, name: str) -> None:
    """With a name and a password in the header the cookie is not looked at, be they right or wrong."""
    with_header = client.get("/", auth=(f"{name}-else", PASSWORD)).json()["user"]["id"]
    assert with_header.startswith("basicauth")
    assert client.get("/session", auth=(f"{name}-else", PASSWORD)).json() == {"data": None}
    bearer = client.get("/buckets", headers={"Authorization": "Bearer x"})
    assert bearer.status_code == 401


@pytest.mark.parametrize("origins", [["*"], ["https://app.example"]])
def test_no_answer_allows_credentials(serve: Callable[..., str], origins: list[str]) -> None:
    """Whatever origins may call the API: browsers send them no cookie, and show them no answer to one."""
    with browser(serve(cors_origins=origins), Origin="https://app.example") as client:
        client.put("/accounts/zoe", json={"data": {"password": PASSWORD}})
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "X-Requested-With"}
        answers = [
            client.request("OPTIONS", "/session", headers=asked),
            client.request("OPTIONS", "/batch", headers=asked),
            sign_in(client, "zoe"),
            client.get("/session"),
            client.get("/buckets"),
            client.get("/nothing"),
        ]
    assert [answer.status_code for answer in answers] == [200, 200, 201, 200, 200, 404]
    assert [answer for answer in answers if "access-control-allow-credentials" in answer.headers] == []
