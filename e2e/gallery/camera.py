"""Pictures of what a browser shows, in one width, light and dark."""

import base64
from pathlib import Path

from e2e.browser import Browser
from e2e.eventually import eventually

HEIGHTS = {1280: 800, 360: 740}
"""The widths of the windows in pixels, each with its height."""
_LIGHT, _DARK = "light", "dark"
_STILL = """
return document.readyState === "complete" && document.fonts.status === "loaded"
  && document.getAnimations().every((one) => one.playState !== "running");
"""


class Camera:
    """Takes pictures into a folder; the names of the files begin with the number of the picture."""

    def __init__(self, folder: Path, width: int) -> None:
        self._folder = folder
        self._width = width
        self._taken = 0
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def is_narrow(self) -> bool:
        """Whether the window is one of a phone, which is touched and knows no hovering."""
        return self._width < 600

    def aim(self, browser: Browser) -> None:
        """Give a browser's window the size."""
        size = {"width": self._width, "height": HEIGHTS[self._width], "deviceScaleFactor": 1, "mobile": False}
        browser.cdp("Emulation.setDeviceMetricsOverride", **size)
        if self.is_narrow:
            browser.cdp("Emulation.setTouchEmulationEnabled", enabled=True)

    def take(self, browser: Browser, name: str, *, media: str = "", **features: str) -> None:
        """Take the picture in light and in dark; with other features of the media or other media, only that one."""
        self._taken += 1
        self.aim(browser)
        schemes = [features] if media or features else [{"prefers-color-scheme": each} for each in (_LIGHT, _DARK)]
        for scheme in schemes:
            ending = "-".join((media or "screen", *scheme.values()))
            asked = [{"name": feature, "value": value} for feature, value in scheme.items()]
            browser.cdp("Emulation.setEmulatedMedia", media=media, features=asked)
            shoot(browser, self._folder / f"{self._taken:02}-{name}-{self._width}-{ending}.png")
        browser.cdp("Emulation.setEmulatedMedia", media="", features=[])


def shoot(browser: Browser, path: Path) -> None:
    """Write what the window shows, as soon as nothing moves in it, as a PNG."""
    eventually(lambda: browser.driver.execute_script(_STILL), "the page stands still")
    path.write_bytes(base64.b64decode(browser.cdp("Page.captureScreenshot", format="png")["data"]))
