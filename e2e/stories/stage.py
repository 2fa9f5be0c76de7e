"""The stage of the stories: one server, and a browser for each device that somebody holds."""

import asyncio
import json
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import kintoun_todo
from kintoun_todo.static_files import StaticFiles
from selenium.common.exceptions import WebDriverException

from e2e.browser import Browser
from e2e.mongod import Mongod
from e2e.servers import Server
from e2e.stories.person import Person, make_account
from e2e.stories.plain import Plain
from e2e.stories.program import Program


class House:
    """What lasts for all stories: the server, always on the same port, its mongod, and the browsers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runner = asyncio.Runner()
        self._mongod = Mongod(folder / "mongod")
        self.server = Server(folder / "server", None)
        self._browsers: list[Browser] = []
        self._folders = 0

    def open(self) -> None:
        """Start mongod and server."""
        self._runner.run(self._mongod.start())
        settings = {"log_level": "info"}
        self.server = Server(self._folder / "server", self._mongod.uri, settings)
        self.start_server()
        self.server.port = int(self.origin.rpartition(":")[2])

    @property
    def origin(self) -> str:
        """Where the app is, without a slash at the end."""
        assert self.server.url is not None, "the server is down"
        return self.server.url.removesuffix("/v1")

    def start_server(self) -> None:
        """Start the server and wait until it serves."""
        self._runner.run(self.server.start())

    def bring_newer_app(self) -> None:
        """From the next start on, serve a copy of the app that differs from the one that is installed."""
        copy = self._folder / "newer"
        if not copy.exists():
            shutil.copytree(Path(kintoun_todo.__file__).parent, copy / "kintoun_todo")
            style = copy / "kintoun_todo/static" / StaticFiles().sheets[-1]
            style.write_text(style.read_text() + "\n/* This is newer. */\n")
        self.server.environ["PYTHONPATH"] = str(copy)

    def announce(self, message: str | None) -> None:
        """From the next start on, tell all programs that the service will end; None to take it back."""
        for name, value in (("KINTOUN_EOS", "2999-12-31"), ("KINTOUN_EOS_MESSAGE", message)):
            self.server.environ.pop(name, None)
            if message is not None:
                self.server.environ[name] = str(value)

    def bring_installed_app(self) -> None:
        """From the next start on, serve the app that is installed."""
        del self.server.environ["PYTHONPATH"]

    def switch_service_worker_off(self) -> None:
        """From the next start on, serve the worker that removes itself."""
        self.server.environ["KINTOUN_WEBAPP_SERVICE_WORKER_ENABLED"] = "false"

    def switch_service_worker_on(self) -> None:
        """From the next start on, serve the worker again."""
        del self.server.environ["KINTOUN_WEBAPP_SERVICE_WORKER_ENABLED"]

    def stop_server(self) -> None:
        """Let the server end decently."""
        self._runner.run(self.server.stop())

    def kill_server(self) -> None:
        """End the server at once."""
        self._runner.run(self.server.kill())

    def browser(self, index: int) -> Browser:
        """The browser with a number, started when it is asked for the first time."""
        while len(self._browsers) <= index:
            self._browsers.append(Browser(self._folder / f"browser-{len(self._browsers)}"))
        return self._browsers[index]

    def new_file(self, name: str) -> Path:
        """A path for a file that is not there yet."""
        self._folders += 1
        folder = self._folder / f"files-{self._folders}"
        folder.mkdir()
        return folder / name

    def close(self) -> None:
        """End all browsers and programs, by their ids."""
        for browser in self._browsers:
            browser.close()
        self._runner.run(self.server.kill())
        self._runner.run(self._mongod.kill())
        self._runner.close()


class Stage:
    """One story's view of the house: people with fresh names and empty browsers."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.origin = house.origin
        self.people: list[Person] = []
        self._causes: list[str] = []
        self._programs: list[Program] = []
        self._mark = uuid.uuid4().hex[:8]

    def person(self, name: str, password: str = "correct horse battery staple") -> Person:
        """Somebody at a device of their own; the same name again is the same person at another device."""
        browser = self._house.browser(len(self.people))
        browser.wipe(self.origin)
        self.people.append(Person(f"{name}-{self._mark}", password, browser, self.origin))
        return self.people[-1]

    def at_the_device_of(self, owner: Person, name: str) -> Person:
        """Somebody else who comes to the device of a person that is on the stage."""
        return Person(f"{name}-{self._mark}", owner.password, owner.browser, self.origin)

    def member(self, name: str) -> Person:
        """Somebody who has an account and is signed in."""
        person = self.person(name)
        person.has_an_account()
        person.arrives_signed_in()
        return person

    def program(self, of: Person | str, password: str = "a battery, a horse") -> Program:
        """A Python program of somebody who has an account already, or of somebody new."""
        if isinstance(of, str):
            name = f"{of}-{self._mark}"
            make_account(self.origin, name, password)
        else:
            name, password = of.name, of.password
        self._programs.append(Program(self._house.new_file("tasks.db"), self.origin, name, password))
        return self._programs[-1]

    def close(self) -> None:
        """Close what the programs have open; the browsers are for the next story too."""
        for program in self._programs:
            program.closes()

    @contextmanager
    def without_scripts(self, person: Person) -> Iterator[Plain]:
        """Somebody whose browser runs no scripts."""
        person.browser.cdp("Emulation.setScriptExecutionDisabled", value=True)
        try:
            yield Plain(person.browser)
        finally:
            person.browser.cdp("Emulation.setScriptExecutionDisabled", value=False)

    def causes(self, *texts: str) -> None:
        """Name texts of the browser's log that this story causes on purpose."""
        self._causes += texts

    @contextmanager
    def server_is_down(self, *, killed: bool = False) -> Iterator[None]:
        """Without a server; browsers log that they do not reach it."""
        self.causes("net::ERR_CONNECTION_REFUSED", "net::ERR_CONNECTION_RESET", "net::ERR_EMPTY_RESPONSE")
        self.causes("net::ERR_SOCKET_NOT_CONNECTED")
        self._house.kill_server() if killed else self._house.stop_server()
        try:
            yield
        finally:
            self._house.start_server()

    @contextmanager
    def offline(self, person: Person) -> Iterator[None]:
        """Without a network for one person's page (not for its service worker, which never asks the API)."""
        self.causes("net::ERR_INTERNET_DISCONNECTED")
        conditions: dict[str, object] = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        person.browser.cdp("Network.enable")
        person.browser.cdp("Network.emulateNetworkConditions", offline=True, **conditions)
        try:
            yield
        finally:
            person.browser.cdp("Network.emulateNetworkConditions", offline=False, **conditions)

    @contextmanager
    def nothing_is_saved(self, person: Person) -> Iterator[None]:
        """A network that lets no change of one person's page through, and the rest."""
        self.causes("net::ERR_BLOCKED_BY_CLIENT")
        person.browser.cdp("Network.enable")
        person.browser.cdp("Network.setBlockedURLs", urls=["*/v1/batch*"])
        try:
            yield
        finally:
            person.browser.cdp("Network.setBlockedURLs", urls=[])

    @contextmanager
    def without_service_worker(self) -> Iterator[None]:
        """A server on the same port that takes the service worker back."""
        with self.server_is_down():
            self._house.switch_service_worker_off()
        try:
            yield
        finally:
            with self.server_is_down():
                self._house.switch_service_worker_on()

    @contextmanager
    def newer_app(self) -> Iterator[None]:
        """A server on the same port whose app has been changed: one line of the style sheet."""
        with self.server_is_down():
            self._house.bring_newer_app()
        try:
            yield
        finally:
            with self.server_is_down():
                self._house.bring_installed_app()

    @contextmanager
    def announcement(self, message: str) -> Iterator[None]:
        """A server on the same port that tells all programs something."""
        with self.server_is_down():
            self._house.announce(message)
        try:
            yield
        finally:
            with self.server_is_down():
                self._house.announce(None)

    def check(self) -> None:
        """What holds after every story: nothing severe in a browser's log, and no screen with a fault that axe sees."""
        for person in self.people:
            if person.browser.is_open:
                person.shows_a_screen()
        faults = [fault for person in self.people for fault in (*person.faults, *self._severe(person.browser))]
        assert not faults, "\n".join(dict.fromkeys(faults))

    def _severe(self, browser: Browser) -> list[str]:
        entries = [entry for entry in browser.read_log() if entry["level"] == "SEVERE"]
        return [
            str(entry["message"])
            for entry in entries
            if not any(text in str(entry["message"]) for text in self._causes)
        ]

    def leave(self, folder: Path) -> Path:
        """Leave what a failure can be understood by: a picture and the log of each browser, the log of the server."""
        folder.mkdir(parents=True, exist_ok=True)
        Path(folder, "server.log").write_text(self._house.server.log)
        for number, person in enumerate(self.people):
            if person.browser.is_open:
                with suppress(WebDriverException):
                    _leave_browser(folder, f"{number}-{person.name}", person.browser)
        return folder


def _leave_browser(folder: Path, name: str, browser: Browser) -> None:
    log: Sequence[object] = browser.read_log()
    Path(folder, f"{name}.log").write_text("\n".join(json.dumps(entry) for entry in log))
    Path(folder, f"{name}.html").write_text(browser.driver.page_source)
    browser.driver.save_screenshot(str(folder / f"{name}.png"))
