"""What a person sees of the page and does with it: found by roles and names, as a screen reader finds it."""

from collections.abc import Callable
from typing import Any, TypeVar

from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    JavascriptException,
    NoSuchElementException,
    StaleElementReferenceException,
)
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.remote.webelement import WebElement

from e2e import axe
from e2e.browser import Browser
from e2e.eventually import PATIENCE_SECONDS, eventually

Found = TypeVar("Found")
PASSING = (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    JavascriptException,
    NoSuchElementException,
    StaleElementReferenceException,
)
_BY_ROLE = """
const [role, name, exact, within] = arguments;
const candidates = {
  button: "button, [role=button], summary, input[type=submit]",
  link: "a[href], [role=link]",
  textbox: "input:not([type]), input[type=text], input[type=search], input[type=password], textarea",
  checkbox: "input[type=checkbox], [role=checkbox]",
  combobox: "select, [role=combobox], input[list]",
  dialog: "dialog[open], [role=dialog], [role=alertdialog]",
  menuitem: "[role=menuitem], [role=menuitemradio]",
  any: "button, [role=button], summary, input[type=submit], a[href], [role^=menuitem], [role=option], [role=tab]",
}[role] ?? `[role=${role}]`;
const text = (node) => {
  const copy = node.cloneNode(true);
  for (const hidden of copy.querySelectorAll("[aria-hidden=true], select, textarea")) hidden.remove();
  return copy.textContent;
};
const nameOf = (node) => {
  const by = node.getAttribute("aria-labelledby");
  const texts = (nodes) => [...nodes].map((one) => one ? text(one) : "").join(" ");
  const name = by ? texts(by.split(/\\s+/).map((id) => document.getElementById(id)))
    : node.getAttribute("aria-label") ?? (node.labels?.length ? texts(node.labels)
    : node.matches("input, textarea, select") ? node.value && node.type === "submit" ? node.value : node.placeholder
    : text(node) || node.title);
  return (name || "").replace(/\\s+/g, " ").trim();
};
const modal = document.querySelector("dialog[open]:modal");
const root = within ?? document;
return [...root.querySelectorAll(candidates)].filter((node) =>
  node.checkVisibility({visibilityProperty: true}) && !node.closest("[inert]")
  && (!modal || modal.contains(node) || node === modal)
  && (exact ? nameOf(node) === name : nameOf(node).toLowerCase().includes(name.toLowerCase())));
"""
_TEXT = "return document.body.innerText"
_SIGNATURE = """
return [...document.querySelectorAll("dialog[open], [class], [aria-label], h1, h2, h3")]
  .filter((node) => node.checkVisibility())
  .map((node) => node.tagName + node.className).filter((one, index, all) => all.indexOf(one) === index).join()
  + ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((one) => matchMedia(one).matches) + innerWidth;
"""


class Screen:
    """One browser as one person uses it."""

    _looked_at: set[str] = set()  # noqa: RUF012 - all of them: a screen that one story has looked at, others need not

    def __init__(self, browser: Browser, origin: str) -> None:
        self.browser = browser
        self.origin = origin
        self.faults: list[str] = []

    def goes_to(self, path: str) -> None:
        """Type an address."""
        self.browser.driver.get(self.origin + path)

    def reloads(self) -> None:
        """Reload the page."""
        self.browser.driver.refresh()

    def script(self, source: str, *arguments: object) -> Any:  # noqa: ANN401 - any JSON
        """Run JavaScript in the page, and answer what it returns."""
        return self.browser.driver.execute_script(source, *arguments)

    def eventually(self, condition: Callable[[], Found], what: str, seconds: float = PATIENCE_SECONDS) -> Found:
        """Wait until something is so on the page, which may be redrawn meanwhile."""
        return eventually(condition, what, seconds=seconds, passing=PASSING)

    def all_by_role(
        self, role: str, name: str, *, exact: bool = True, within: WebElement | None = None
    ) -> list[WebElement]:
        """What is there with a role and a name right now, below a dialog only what is in it."""
        found: list[WebElement] = self.script(_BY_ROLE, role, name, exact, within)
        return found

    def by_role(self, role: str, name: str, *, exact: bool = True, within: WebElement | None = None) -> WebElement:
        """What has a role and a name, as soon as it is there."""
        return self.eventually(
            lambda: self.all_by_role(role, name, exact=exact, within=within), f"there is a {role} named {name!r}"
        )[0]

    def presses(self, name: str, *, role: str = "any", exact: bool = True) -> None:
        """Click what has a name: a button, a link, or what else can be pressed."""

        def click() -> bool:
            found = [one for one in self.all_by_role(role, name, exact=exact) if one.is_enabled()]
            if found:
                self._clicks_on(found[0])
            return bool(found)

        self.eventually(click, f"{name!r} can be pressed")

    def _clicks_on(self, element: WebElement) -> None:
        try:
            element.click()
        except ElementClickInterceptedException:
            # What stays at the edge while the rest scrolls is over it, in a small window.
            self.script("arguments[0].scrollIntoView({block: 'center'})", element)
            raise

    def fills_in(self, name: str, text: str) -> None:
        """Type into the field with a label, in the place of what was there."""
        field = self.by_role("textbox", name)
        field.clear()
        field.send_keys(text)

    def types(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        ActionChains(self.browser.driver).send_keys(*keys).perform()

    def presses_keys(self, modifier: str, key: str) -> None:
        """Press a key together with a modifier."""
        ActionChains(self.browser.driver).key_down(modifier).send_keys(key).key_up(modifier).perform()

    def tabs(self, times: int = 1, *, back: bool = False) -> None:
        """Press Tab so many times."""
        for _ in range(times):
            self.presses_keys(Keys.SHIFT, Keys.TAB) if back else self.types(Keys.TAB)

    def composes(self, text: str) -> None:
        """Compose a text by an input method: it is in the field, and not yet chosen."""
        self.browser.cdp("Input.imeSetComposition", text=text, selectionStart=len(text), selectionEnd=len(text))

    def types_while_composing(self, key: str) -> bool:
        """Press a key; answer whether the page heard of it as part of the composition."""
        self.script("addEventListener('keydown', (event) => { window.composing = event.isComposing; }, {once: true})")
        self.types(key)
        return bool(self.script("return window.composing"))

    def ends_composition(self, text: str) -> None:
        """Choose what was composed."""
        self.browser.cdp("Input.insertText", text=text)

    def prefers(self, feature: str | None = None, value: str = "") -> None:
        """Let the device ask for one thing, a feature of CSS media queries, and else for what the browser asks for."""
        features = [] if feature is None else [{"name": feature, "value": value}]
        self.browser.cdp("Emulation.setEmulatedMedia", features=features)

    @property
    def focus(self) -> str:
        """The accessible name of what has the focus."""
        return self.browser.driver.switch_to.active_element.accessible_name

    def is_told(self, text: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Read a text somewhere on the page."""
        self.eventually(
            lambda: text.lower() in str(self.script(_TEXT)).lower(), f"the page tells {text!r}", seconds=seconds
        )

    def is_not_told(self, text: str) -> None:
        """Read a text nowhere on the page (any more)."""
        self.eventually(lambda: text.lower() not in str(self.script(_TEXT)).lower(), f"the page is without {text!r}")

    def shows_a_screen(self) -> None:
        """Let axe look at what is shown, unless it has looked at a screen of the same build before."""
        if not str(self.browser.driver.current_url).startswith(self.origin):
            return
        signature = str(self.script(_SIGNATURE))
        if signature in self._looked_at:
            return
        self._looked_at.add(signature)
        where = self.script("return location.pathname + (document.querySelector('dialog[open]')?.id ?? '')")
        self.faults += [f"axe on {where}: {fault}" for fault in axe.violations(self.browser)]
