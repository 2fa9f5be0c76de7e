"""Somebody who uses the API as the web app does: by a cookie, and with the header that no other origin can send."""

from email.utils import parsedate_to_datetime
from http.cookies import SimpleCookie

import httpx
from tests.api.account_service import PASSWORD

APP = {"X-Requested-With": "kintoun-todo"}
COOKIE = "kintoun-session"


def browser(root: str, **headers: str) -> httpx.Client:
    """A browser that has no cookie yet; paths are below `/v1`."""
    return httpx.Client(base_url=f"{root}/v1", headers=APP | headers, timeout=30, trust_env=False)


def sign_in(client: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
    """Ask for a session, which the client keeps when it gets it."""
    return client.post("/session", json={"data": {"name": name, "password": password}})


def who(client: httpx.Client) -> str | None:
    """The principal of whoever is signed in."""
    answer = client.get("/session")
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert data is None or isinstance(data["principal"], str)
    return data and str(data["principal"])


def is_taken_back(answer: httpx.Response) -> bool:
    """Whether an answer tells the browser to forget the cookie: it is empty and has expired."""
    cookie = SimpleCookie(answer.headers["set-cookie"])[COOKIE]
    told = parsedate_to_datetime(answer.headers["date"])
    return cookie.value == "" and parsedate_to_datetime(cookie["expires"]) < told
