"""A real browser for tests: Chromium, driven through ChromeDriver, in a profile of its own.

`KINTOUN_CHROMIUM` and `KINTOUN_CHROMEDRIVER` name the programs; without them they are looked for on PATH.
"""

import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

from e2e.eventually import eventually

_PROGRAMS = {
    "CHROMIUM": ("chromium", "chromium-browser", "google-chrome"),
    "CHROMEDRIVER": ("chromedriver", "chromium.chromedriver"),
}
_FLAGS = (
    "--headless=new",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A window that another one hides must not slow down its timers: in these tests all are hidden.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    # Somebody at a desk: what only shows under a mouse is hidden until then.
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
    # What fades in has colours in between, which a look at the contrast would find.
    "--force-prefers-reduced-motion",
    "--lang=en-GB",
)
_WATCH = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""


def find_program(name: str) -> str | None:
    """Path of "CHROMIUM" or "CHROMEDRIVER", by the setting or on PATH; None where there is none."""
    if named := os.environ.get(f"KINTOUN_{name}"):
        return named
    return next((found for program in _PROGRAMS[name] if (found := shutil.which(program))), None)


class Browser:
    """One Chromium with a profile of its own in a folder; it can be closed and opened again on the same profile."""

    def __init__(self, folder: Path, width: int = 1280, height: int = 900) -> None:
        self._folder = folder
        self._size = (width, height)
        self._driver: Chrome | None = None
        self._pids: list[int] = []
        self._log: list[dict[str, Any]] = []

    @property
    def driver(self) -> Chrome:
        """The driver, while the browser is open."""
        assert self._driver is not None, "the browser is closed"
        return self._driver

    @property
    def is_open(self) -> bool:
        """Whether it runs."""
        return self._driver is not None

    def open(self) -> Self:
        """Start the browser, with an empty page.

        Raises:
            FileNotFoundError: there is no Chromium, or no ChromeDriver.
        """
        chromium, chromedriver = find_program("CHROMIUM"), find_program("CHROMEDRIVER")
        if chromium is None or chromedriver is None:
            raise FileNotFoundError(
                "Chromium and ChromeDriver are neither on PATH nor in KINTOUN_CHROMIUM and KINTOUN_CHROMEDRIVER"
            )
        service = ChromeService(chromedriver)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._driver = Chrome(options=self._options(chromium), service=service)
        self._pids = [service.process.pid, int(self._driver.capabilities["goog:processID"])]
        self._driver.set_script_timeout(20)
        self._driver.set_page_load_timeout(30)
        self._driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _WATCH})
        return self

    @property
    def _profile(self) -> Path:
        return self._folder / "profile"

    def _options(self, chromium: str) -> ChromeOptions:
        options = ChromeOptions()
        options.binary_location = chromium
        root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
        size = f"--window-size={self._size[0]},{self._size[1]}"
        for flag in (*_FLAGS, *root, size, f"--user-data-dir={self._profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        downloads = {"download.default_directory": str(self.downloads), "download.prompt_for_download": False}
        options.add_experimental_option("prefs", downloads)
        return options

    @property
    def downloads(self) -> Path:
        """The folder for what it downloads."""
        return self._folder / "downloads"

    def close(self) -> None:
        """End the browser as a person does, and its driver; both are gone afterwards, whatever they think of it."""
        if self._driver is None:
            return
        with suppress(WebDriverException):
            self.read_log()
        driver, self._driver = self._driver, None
        with suppress(WebDriverException):
            # The way that writes cookies to the disk; to quit the driver kills the browser before.
            driver.execute_cdp_cmd("Browser.close", {})
        driver_pid, browser_pid = self._pids
        _see_end(browser_pid)
        with suppress(WebDriverException, OSError):
            driver.quit()
        _see_end(driver_pid)
        self._pids = []

    def reopen(self) -> None:
        """Close the browser and open it again on the same profile, as a person does the next day."""
        self.close()
        self.open()

    def new_tab(self) -> str:
        """Open an empty tab, go there, and return its handle."""
        self.driver.switch_to.new_window("tab")
        self.cdp("Page.addScriptToEvaluateOnNewDocument", source=_WATCH)
        return self.driver.current_window_handle

    def cdp(self, method: str, **parameters: object) -> Any:  # noqa: ANN401 - any answer of the protocol
        """Send one command of the Chrome DevTools Protocol to the current tab."""
        return self.driver.execute_cdp_cmd(method, parameters)

    def read_log(self) -> list[dict[str, Any]]:
        """All entries of the browser's log since the last `wipe`."""
        if self._driver is not None:
            self._log += self._driver.execute("getLog", {"type": "browser"})["value"]
        return self._log

    def wipe(self, origin: str) -> None:
        """Make it a new one: one empty tab, nothing stored for the origin, no downloads, and an empty log."""
        if self._driver is None:
            self.open()
        first, *others = self.driver.window_handles
        for handle in others:
            self.driver.switch_to.window(handle)
            self.driver.close()
        self.driver.switch_to.window(first)
        self.driver.get("about:blank")
        self.cdp("Storage.clearDataForOrigin", origin=origin, storageTypes="all")
        self.cdp("Network.clearBrowserCookies")
        self.cdp("Emulation.setScriptExecutionDisabled", value=False)
        self.cdp("Emulation.setEmulatedMedia", features=[])
        self.cdp("Emulation.clearDeviceMetricsOverride")
        self.cdp("Browser.resetPermissions")
        shutil.rmtree(self.downloads, ignore_errors=True)
        self.read_log()
        self._log = []


def _see_end(pid: int) -> None:
    try:
        eventually(lambda: not _runs(pid), f"the process {pid} has ended", seconds=5)
    except AssertionError:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False
