"""The web app in a real browser: what the first load costs, and how soon something is to be seen."""

import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from e2e.eventually import eventually
from e2e.stories.person import Person
from e2e.stories.stage import House, Stage

TASKS = 1000
ROUNDS = 5
_LOADED = """
const found = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .filter((one) => new URL(one.name).origin === location.origin && !new URL(one.name).pathname.startsWith("/v1"));
const scripts = found.filter((one) => new URL(one.name).pathname.endsWith(".js"));
return [found.length, scripts.length, scripts.reduce((sum, one) => sum + one.encodedBodySize, 0),
  found.reduce((sum, one) => sum + one.encodedBodySize, 0)];
"""
_WATCH = """
new MutationObserver((_, observer) => {
  if (document.querySelectorAll(".todo-list > li").length < COUNT) return;
  observer.disconnect();
  requestAnimationFrame(() => { window.drawnAfter = performance.now(); });
}).observe(document, {childList: true, subtree: true});
"""
_SEEN = """
const [title, done] = arguments;
const begun = performance.now();
new MutationObserver((_, observer) => {
  if (![...document.querySelectorAll(".todo-list label")].some((label) => label.textContent === title)) return;
  observer.disconnect();
  done(performance.now() - begun);
}).observe(document, {childList: true, subtree: true});
dispatchEvent(new Event("online"));
"""
_LISTEN = """
window.interactions = [];
const keep = (list) => { interactions.push(...list.getEntries().filter((one) => one.interactionId)); };
new PerformanceObserver(keep).observe({type: "event", durationThreshold: 16});
"""
_WORST = """
const [done] = arguments;
const drawn = (go) => requestAnimationFrame(() => requestAnimationFrame(go));
// A time is told after the frame that it ends with.
drawn(() => setTimeout(() => {
  done(Math.max(0, ...interactions.splice(0).map((one) => one.duration)));
}, 100));
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, and the one that is wanted of it."""

    what: str
    found: str
    wanted: str


def measure() -> Iterator[Figure]:
    """Answer the figures, one after another; server, mongod and browsers are ended whatever happens."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        house = House(Path(folder))
        try:
            house.open()
            stage = Stage(house)
            yield from _first_load(stage)
            many = _with_many(stage)
            yield from _interactions(many)
            yield _drawn_offline(stage, many)
            yield _in_the_other_browser(stage)
        finally:
            house.close()


def _first_load(stage: Stage) -> Iterator[Figure]:
    alice = stage.person("first")
    alice.has_an_account()
    alice.arrives_signed_in()
    requests, scripts, script_bytes, total_bytes = alice.script(_LOADED)
    yield Figure("first load: gzipped JavaScript", f"{script_bytes / 1000:.1f} kB in {scripts} files", "< 40 kB")
    yield Figure("first load: requests without the API", f"{requests}, {total_bytes / 1000:.1f} kB", "< 20")


def _with_many(stage: Stage) -> Person:
    alice = stage.person("many")
    alice.has_an_account()
    alice.has_stored(*(f"task {number}" for number in range(TASKS)))
    alice.arrives_signed_in()
    alice.eventually(lambda: len(alice.items) == TASKS, "all tasks have come", 60)
    alice.is_saved()
    alice.is_installed()
    return alice


def _interactions(person: Person) -> Iterator[Figure]:
    """Answer from a click or key to the next frame, the longest of each interaction (Interaction to Next Paint)."""
    person.script(_LISTEN)
    numbers = iter(range(1, ROUNDS + 1))

    def toggles() -> None:
        person.element(f".todo-list li:nth-child({next(numbers)}) .toggle").click()

    for what, act in (
        ("toggle", toggles),
        ("new task", lambda: person.adds("one more")),
        ("toggle-all", lambda: person.element("label[for=toggle-all]").click()),
    ):
        median = _median(lambda act=act: _next_paint(person, act))  # type: ignore[misc]
        yield Figure(f"INP with {TASKS:,} tasks: {what}", f"{median:.0f} ms" if median else "< 16 ms", "< 100 ms")


def _next_paint(person: Person, act: Callable[[], None]) -> float:
    act()
    longest = float(person.browser.driver.execute_async_script(_WORST))
    person.is_saved(60)
    return longest


def _drawn_offline(stage: Stage, person: Person) -> Figure:
    count = len(person.items)
    person.browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=_WATCH.replace("COUNT", str(count)))
    with stage.server_is_down():
        median = _median(lambda: _drawn_after(person))
    return Figure(f"{count:,} tasks drawn offline", f"{median:.0f} ms", "< 300 ms")


def _drawn_after(person: Person) -> float:
    person.reloads()
    found = eventually(lambda: person.script("return window.drawnAfter"), "all tasks are drawn", seconds=60)
    return float(found)


def _in_the_other_browser(stage: Stage) -> Figure:
    desk = stage.member("two")
    phone = stage.person("two")
    phone.arrives_signed_in()
    numbers = iter(range(ROUNDS))

    def seen_after() -> float:
        title = f"change {next(numbers)}"
        desk.adds(title)
        eventually(lambda: title in desk.stored(), "the change is on the server")
        return float(phone.browser.driver.execute_async_script(_SEEN, title))

    return Figure("a change in the other browser, from its sync on", f"{_median(seen_after):.0f} ms", "< 1,000 ms")


def _median(measure_once: Callable[[], float]) -> float:
    return statistics.median(measure_once() for _ in range(ROUNDS))
