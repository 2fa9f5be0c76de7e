"""A person at a device."""

import base64
import json
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from selenium.webdriver.remote.webelement import WebElement

from e2e.browser import Browser
from e2e.stories.sharing import Sharing

_STORED = """
const done = arguments[arguments.length - 1];
(async () => {
  const found = {local: {...localStorage}, session: {...sessionStorage}, databases: {}, caches: {}};
  for (const {name} of await indexedDB.databases()) {
    const db = await new Promise((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const all = found.databases[name] = {};
    for (const store of db.objectStoreNames) {
      all[store] = await new Promise((resolve, reject) => {
        const request = db.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      const texts = /text|json|javascript/.test(answer.headers.get("content-type") ?? "");
      found.caches[request.url] = texts ? await answer.text() : "";
    }
  }
  return JSON.stringify(found);
})().then(done, (error) => done(`failed: ${error}`));
"""


class Person(Sharing):
    """Somebody with a name, a password and a browser."""

    def __init__(self, name: str, password: str, browser: Browser, origin: str) -> None:
        super().__init__(browser, origin)
        self.name = name
        self.password = password

    def __repr__(self) -> str:
        return self.name

    def opens(self, path: str = "/") -> None:
        """Open the app, and wait until it has drawn itself."""
        self.goes_to(path)
        self.is_ready()

    def is_ready(self) -> None:
        """Wait until the app stands: the field for new tasks is there, or what one signs in by."""
        self.eventually(lambda: self.script("return Boolean(document.querySelector('#app > *'))"), "the app has drawn")

    def has_an_account(self) -> None:
        """Make the account, past all browsers."""
        make_account(self.origin, self.name, self.password)

    def has_cookie(self) -> bool:
        """Whether this browser has the cookie of a session."""
        found = self.browser.cdp("Network.getCookies", urls=[self.origin])["cookies"]
        return any(cookie["name"] == "kintoun-session" for cookie in found)

    def has_a_new_password(self, password: str) -> None:
        """Change the password past all browsers, which ends the sessions in all of them."""
        self.asks("PATCH", f"/accounts/{self.name}", {"data": {"password": password}})
        self.password = password

    def arrives_signed_in(self, path: str = "/") -> None:
        """Open the app as somebody whose browser has a session."""
        self.has_session()
        self.opens(path)
        self.is_signed_in()

    def has_session(self) -> None:
        """Give the browser a session, as signing in does."""
        data = {"data": {"name": self.name, "password": self.password}}
        _, headers = _request(f"{self.origin}/v1/session", "POST", data, {"X-Requested-With": "kintoun-todo"})
        for morsel in SimpleCookie(headers["Set-Cookie"]).values():
            same_site = morsel["samesite"] or "Lax"
            self.browser.cdp(
                "Network.setCookie",
                url=self.origin,
                name=morsel.key,
                value=morsel.value,
                path="/",
                httpOnly=bool(morsel["httponly"]),
                sameSite=same_site,
                # Without it the cookie ends with the browser.
                expires=int(time.time()) + int(morsel["max-age"] or 86400),
            )

    def signs_up(self) -> None:
        """Create an account, which signs in."""
        self.tries_to_sign_up()
        self.is_signed_in()

    def tries_to_sign_up(self) -> None:
        """Fill in the form for a new account, and send it."""
        self.presses("Sign in", role="button")
        self.shows_a_screen()
        self.presses("Create an account", role="button")
        self._enters(self.password)
        self.shows_a_screen()
        self.presses("Create account", role="button")

    def signs_in(self, password: str | None = None) -> None:
        """Sign in with name and password."""
        self.presses("Sign in", role="button")
        self._enters(password or self.password)
        self.presses("Sign in", role="button")

    def _enters(self, password: str) -> None:
        self.fills_in("Name", self.name)
        self.fills_in("Password", password)

    def is_signed_in(self) -> None:
        """Wait until the app says who is signed in."""
        self.by_role("button", f"Account: {self.name}")

    def asks_to_sign_out(self) -> None:
        """Press "Sign out" in the account's dialog."""
        self.presses(f"Account: {self.name}", role="button")
        self.shows_a_screen()
        self.presses("Sign out", role="button")

    def signs_out(self) -> None:
        """Sign out, when all is saved."""
        self.asks_to_sign_out()
        self.by_role("button", "Sign in")

    def changes_password(self, new: str) -> None:
        """Change the password in the account's dialog."""
        self.presses(f"Account: {self.name}", role="button")
        self.presses("Change password…", role="button")
        self.fills_in("Old password", self.password)
        self.fills_in("New password", new)
        self.shows_a_screen()
        self.presses("Change password", role="button")
        self.is_told("Your password is changed")
        self.password = new

    @property
    def status(self) -> WebElement:
        """The line that tells whether all is saved."""
        return self.element(".status-line")

    def is_saved(self, seconds: float = 20) -> None:
        """Wait until the state line says that everything is saved."""
        # What was just done is drawn with the next frame: before, the line tells what was.
        self.script("return new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(() => go(true))))")
        self.says("Saved", seconds)

    def syncs(self) -> None:
        """Come back to the page, which is when it looks for news."""
        self.script("dispatchEvent(new Event('online')); document.dispatchEvent(new Event('visibilitychange'))")

    def is_installed(self) -> None:
        """Wait until the service worker has all that it needs to serve the app without a server."""
        ready = "return navigator.serviceWorker.ready.then((found) => found.active?.state === 'activated')"
        self.eventually(lambda: self.script(ready), "the service worker is active")

    def exports(self) -> Path:
        """Download all tasks, and answer the file."""
        self._opens_transfer()
        self.presses("Download my tasks", role="button")
        found = self.eventually(lambda: sorted(self.browser.downloads.glob("*.json")), "the file has come")
        self.is_told("went into the file")
        self.closes()
        return found[-1]

    def imports(self, file: Path) -> None:
        """Bring in the tasks of a file."""
        self._opens_transfer()
        self.element("input[type=file]").send_keys(str(file))
        self.is_told("came in")
        self.closes()

    def _opens_transfer(self) -> None:
        self.presses(f"Account: {self.name}", role="button")
        self.presses("Export or import…", role="button")
        self.by_role("button", "Download my tasks")

    @property
    def version(self) -> str:
        """The address of the script that runs, which has the version in it."""
        return str(self.script("return document.querySelector('script[type=module]').src"))

    @contextmanager
    def counts_loads(self) -> Iterator[Callable[[], int]]:
        """Count how often the page is loaded from now on, reloads too."""
        count = "sessionStorage.loads = Number(sessionStorage.loads ?? 0) + 1"
        script = self.browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=count)["identifier"]
        try:
            yield lambda: int(self.script("return Number(sessionStorage.loads ?? 0)"))
        finally:
            self.browser.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=script)

    @property
    def has_service_worker(self) -> bool:
        """Whether one is registered, or anything is kept for one."""
        found: bool = self.script(
            "return Promise.all([navigator.serviceWorker.getRegistrations(), caches.keys()])"
            ".then((all) => all.some((each) => each.length > 0))"
        )
        return found

    def keeps_file(self, address: str) -> bool:
        """Whether the service worker has a file of the app."""
        found: bool = self.script("return caches.match(arguments[0]).then(Boolean)", address)
        return found

    def looks_for_updates(self) -> None:
        """Let the browser ask whether there is a new version, as it does from time to time."""
        self.script("return navigator.serviceWorker.ready.then((found) => found.update()).then(() => true)")

    def has_stored(self, *titles: str) -> None:
        """Put tasks on the server, past all browsers."""
        for start in range(0, len(titles), 25):
            requests = [
                {
                    "method": "PUT",
                    "path": f"/buckets/default/collections/tasks/records/{uuid.uuid4()}",
                    "body": {"data": {"description": title, "status": "todo", "order": start + offset}},
                }
                for offset, title in enumerate(titles[start : start + 25])
            ]
            self.asks("POST", "/batch", {"requests": requests})

    def says(self, text: str, seconds: float = 20) -> None:
        """Wait until the state line says something."""
        self.eventually(lambda: text.lower() in self.status.text.lower(), f"the state line says {text!r}", seconds)

    def asks(self, method: str, path: str, body: object = None, **headers: str) -> Any:  # noqa: ANN401 - any JSON
        """Ask the server itself, past all browsers: what it holds is what counts."""
        credentials = base64.b64encode(f"{self.name}:{self.password}".encode()).decode()
        authorization = {"Authorization": f"Basic {credentials}"}
        answer, _ = _request(f"{self.origin}/v1{path}", method, body, authorization | headers)
        return answer

    def stored(self, collection: str = "tasks") -> dict[str, dict[str, Any]]:
        """What the server has of a list of one's own, by description, of which none is there twice."""
        found = self.asks("GET", f"/buckets/default/collections/{collection}/records")["data"]
        by_description = {str(record.get("description")): record for record in found}
        assert len(by_description) == len(found), found
        return by_description

    def kept_tasks(self) -> str:
        """What this browser keeps in its databases, as JSON."""
        return json.dumps(json.loads(self.left_behind())["databases"])

    @property
    def databases(self) -> set[str]:
        """The names of the databases in this browser."""
        return set(json.loads(self.left_behind())["databases"])

    def left_behind(self) -> str:
        """All that this browser keeps for the app, as JSON."""
        found: str = self.browser.driver.execute_async_script(_STORED)
        return found


def make_account(origin: str, name: str, password: str) -> None:
    """Make an account, as its owner does."""
    _request(f"{origin}/v1/accounts/{name}", "PUT", {"data": {"password": password}}, {"If-None-Match": "*"})


def _request(url: str, method: str, body: object, headers: Mapping[str, str]) -> tuple[Any, Message]:
    request = urllib.request.Request(  # noqa: S310 - always the server of the stories
        url,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **headers},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
        return json.loads(answer.read() or "null"), answer.headers
