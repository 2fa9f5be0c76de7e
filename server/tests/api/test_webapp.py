"""The web app behind the API: where its package is installed, and what it gets of the server."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from tests.api.account_service import PASSWORD
from tests.api.browser import COOKIE, browser, sign_in
from tests.conftest import Command

PACKAGE = r'''
"""A web app of one page."""

from tornado.web import RequestHandler, url


class Page(RequestHandler):
    """Calls the API for whoever asks."""

    def initialize(self, api):
        self.api = api

    async def get(self):
        found = await self.api.request("GET", "/session", session=self.get_cookie(self.api.session_cookie))
        records = await self.api.request("GET", "/buckets/default/collections/c/records?_limit=1",
                                         session=self.get_cookie(self.api.session_cookie))
        self.write({"status": found.status, "body": found.body, "records": records.status})

    async def post(self):
        body = {"data": {"name": self.get_argument("name"), "password": self.get_argument("password")}}
        answer = await self.api.request("POST", "/session", body=body)
        self.set_status(answer.status)
        if "Set-Cookie" in answer.headers:
            self.set_header("Set-Cookie", answer.headers["Set-Cookie"])
        self.write(answer.body)


class Lost(RequestHandler):
    def prepare(self):
        self.set_status(404)
        self.finish("nothing here but the app")


class Worker(RequestHandler):
    def initialize(self, on):
        self.on = on

    def get(self):
        self.write("on" if self.on else "off")


def make_rules(api, *, service_worker=True):
    return [url(r"/", Page, {"api": api}), url(r"/sw\.js", Worker, {"on": service_worker}), (r".*", Lost)]
'''


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a web app is installed."""
    made = tmp_path_factory.mktemp("installed")
    (made / "kintoun_todo").mkdir()
    (made / "kintoun_todo" / "__init__.py").write_text(PACKAGE)
    return made


@pytest.fixture
def app(command: Callable[..., Command], mongod: str, folder: Path) -> Callable[..., Command]:
    """Starts a server where the web app is installed, with settings by keyword."""

    def start(**settings: str) -> Command:
        environ = {f"KINTOUN_{name.upper()}": value for name, value in settings.items()}
        named = {"KINTOUN_MONGODB_URI": mongod, "KINTOUN_USERID_HMAC_SECRET": "x", "KINTOUN_MONGODB_DATABASE": "webapp"}
        return command("serve", "--port", "0", PYTHONPATH=str(folder), **named, **environ)

    return start


def test_the_app_is_served_beside_the_api(app: Callable[..., Command]) -> None:
    """Its address is said; its pages call the API in the name of whoever is signed in; the API's own paths stay."""
    server = app()
    assert server.says(r"^The app: (http://\S+)/$")[1] == server.root
    with browser(server.root) as client:
        client.put("/accounts/zoe", json={"data": {"password": PASSWORD}})
        assert httpx.get(f"{server.root}/").json() == {"status": 200, "body": {"data": None}, "records": 401}
        form = httpx.post(f"{server.root}/", data={"name": "zoe", "password": PASSWORD})
        assert form.status_code == 201
        page = httpx.get(f"{server.root}/", cookies={COOKIE: form.cookies[COOKIE]}).json()
        assert (page["body"]["data"]["name"], page["records"]) == ("zoe", 200)
        assert httpx.post(f"{server.root}/", data={"name": "zoe", "password": "a wrong one"}).status_code == 401
        assert sign_in(client, "zoe").status_code == 201
    for path in ("/v1/nothing", "/v2/", "/v1/buckets/x/y"):
        answer = httpx.get(f"{server.root}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, 404)
    for path in ("/buckets", "/buckets/b/collections/c/records/r", "/batch", "/__heartbeat__", "/v1", "/v1/buckets/"):
        assert httpx.get(f"{server.root}{path}").status_code == 307, path
    for path in ("/nothing", "/session", "/v1x", "/people/bob"):
        assert httpx.get(f"{server.root}{path}").text == "nothing here but the app", path


@pytest.mark.parametrize("value", [r'"a\012b"', r'"a\073 x=y"', "a" * 5000, "$ne", "é"])
def test_a_hostile_cookie_is_nobody(app: Callable[..., Command], value: str) -> None:
    """A page that hands on whatever cookie it was sent is answered as one for nobody."""
    answer = httpx.get(f"{app().root}/", headers={b"Cookie": f"{COOKIE}={value}".encode()})
    assert (answer.status_code, answer.json()["body"], answer.json()["records"]) == (200, {"data": None}, 401)


@pytest.mark.parametrize("path", ["", "nothing"])
def test_the_app_can_be_switched_off(app: Callable[..., Command], path: str) -> None:
    """With the setting the server is what it is without the package, and says nothing of an app."""
    server = app(webapp_enabled="false")
    answer = httpx.get(f"{server.root}/{path}")
    assert (answer.status_code, answer.headers["location"]) == (307, f"{server.root}/v1/{path}")
    assert not re.search("^The app", server.said, re.MULTILINE)


@pytest.mark.parametrize(("setting", "worker"), [({}, "on"), ({"webapp_service_worker_enabled": "false"}, "off")])
def test_the_service_worker_can_be_switched_off(
    app: Callable[..., Command], setting: dict[str, str], worker: str
) -> None:
    """With the setting the app is told to take its service worker out of browsers."""
    assert httpx.get(f"{app(**setting).root}/sw.js").text == worker


def test_a_broken_app_is_not_taken_for_none(command: Callable[..., Command], mongod: str, tmp_path: Path) -> None:
    """Where the package is there and one of its own is missing, the server says so, and does not serve without it."""
    (tmp_path / "kintoun_todo").mkdir()
    (tmp_path / "kintoun_todo" / "__init__.py").write_text("import a_package_that_is_not_there")
    environ = {"KINTOUN_MONGODB_URI": mongod, "KINTOUN_USERID_HMAC_SECRET": "x", "PYTHONPATH": str(tmp_path)}
    server = command("serve", "--port", "0", **environ)
    assert server.ends() != 0
    assert "a_package_that_is_not_there" in server.said
