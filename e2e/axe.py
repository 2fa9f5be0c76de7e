"""Accessibility as axe-core sees it, in the page that a browser shows."""

import json
from functools import cache
from pathlib import Path

from e2e.browser import Browser

_SOURCE = Path(__file__).parent.parent / "webapp/node_modules/axe-core/axe.min.js"
_RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then(
  (found) => done(found.violations.map((one) => `${one.id}: ${one.help}: ` + one.nodes.map((node) =>
    `${node.target.join(" ")} (${node.any.map((check) => check.message).join("; ")})`).join(", "))),
  (error) => done([String(error)]),
);
"""


@cache
def _source() -> str:
    assert _SOURCE.exists(), f"axe-core is not there: npm ci in {_SOURCE.parents[2]}; nox -s e2e does"
    return _SOURCE.read_text()


def violations(browser: Browser) -> list[str]:
    """What is wrong on the page that the current tab shows, a line for each rule.

    The source goes in by the protocol of the developer tools, which no content security policy holds back.
    """
    known = "typeof axe === 'object'"
    if not browser.cdp("Runtime.evaluate", expression=known)["result"]["value"]:
        answer = browser.cdp("Runtime.evaluate", expression=f"{_source()};{known}")
        assert answer["result"].get("value"), json.dumps(answer)[:2000]
    found: list[str] = browser.driver.execute_async_script(_RUN)
    return found
