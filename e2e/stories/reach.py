"""What is shown to those who zoom in and use the keyboard alone."""

from typing import Any

from selenium.webdriver import Keys

from e2e.stories.person import Person

# 1280 by 1024 pixels at 400 % (WCAG 1.4.10).
_ZOOMED = {"width": 320, "height": 256, "deviceScaleFactor": 4, "mobile": False}
_MOST_TABS = 120
_ROOT = """
const root = document.querySelector("dialog[open]") ?? document.querySelector(":popover-open, .task-menu")
  ?? document.body;
const nameOf = (node) =>
  (node.ariaLabel || node.textContent.trim() || node.name || node.className).replace(/\\s+/g, " ").slice(0, 40)
    || node.tagName;
"""
_SIDEWAYS = (
    _ROOT
    + """
const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
return [...new Set([root, ...document.querySelectorAll("dialog[open], :popover-open, .task-menu")])]
  .filter((node) => node.scrollWidth > node.clientWidth + 1 && node !== document.body
    || node.getBoundingClientRect().right > document.documentElement.clientWidth + 1
    || node.getBoundingClientRect().left < -1)
  .map(nameOf).concat(wide > 0 ? [`the page, by ${wide} pixels`] : []);
"""
)
# A control whose own box is nothing that people see stands where its label is.
_FOCUSED = (
    _ROOT
    + """
const node = document.activeElement;
const seen = (globalThis.seenByKeyboard ??= new WeakSet());
seen.add(node);
const boxes = [node, ...(node.labels ?? [])].map((one) => one.getBoundingClientRect());
const shares = [0.02, 0.25, 0.5, 0.75, 0.98];
const visible = (box) => shares.some((across) => shares.some((down) => {
  const there = document.elementFromPoint(box.left + box.width * across, box.top + box.height * down);
  return there && (node.contains(there) || [...(node.labels ?? [])].some((label) => label.contains(there)));
}));
const controls = "a[href], button, input, select, textarea, summary, [role^=menuitem], [tabindex='0']";
const stops = [...root.querySelectorAll(controls)].filter((one) =>
  (one.tabIndex >= 0 || one.role?.startsWith("menuitem"))
  && !one.disabled && one.type !== "hidden" && one.checkVisibility({visibilityProperty: true}));
return {
  focus: nameOf(node),
  hidden: node !== document.body && node !== root && !boxes.some(visible),
  left: stops.filter((one) => !seen.has(one)).map(nameOf),
};
"""
)


def zooms_in(person: Person) -> None:
    """Let the window be as small as 400 % make it."""
    person.browser.cdp("Emulation.setDeviceMetricsOverride", **_ZOOMED)


def sideways(person: Person) -> list[str]:
    """What one has to scroll sideways for: the page, a dialog, a menu."""
    found: list[str] = person.script(_SIDEWAYS)
    return found


def by_keyboard(person: Person, key: str = Keys.TAB) -> list[str]:
    """Go through all controls with a key; answer those that it does not reach, and those that hide with the focus.

    Something of what has the focus has to be seen (WCAG 2.4.11).
    """
    faults: list[str] = []
    person.script("globalThis.seenByKeyboard = new WeakSet()")
    found = _look(person)
    for _ in range(_MOST_TABS):
        if found["hidden"]:
            faults.append(f"hidden with the focus: {found['focus']}")
        if not found["left"]:
            return faults
        person.types(key)
        found = _look(person)
    return [*faults, *(f"not reached: {name}" for name in found["left"])]


def hidden(person: Person) -> list[str]:
    """What has the focus, where nothing of it is to be seen."""
    found = _look(person)
    return [f"hidden with the focus: {found['focus']}"] if found["hidden"] else []


def _look(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = person.script(_FOCUSED)
    return found
