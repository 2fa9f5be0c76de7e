"""The app as a program: it can be installed, it updates itself, and it is inert to what people type."""

import json

from e2e.stories.person import Person


def test_installable(alice: Person) -> None:
    """Nothing stands against installing it."""
    alice.is_installed()
    found = alice.browser.cdp("Page.getInstallabilityErrors")["installabilityErrors"]
    assert found == []


def test_hostile_titles(alice: Person) -> None:
    """Titles are only ever text."""
    titles = ["<img src=x onerror=alert(1)>", "{{ 7 * 7 }}", "${7*7}", "javascript:alert(1)", "\u202eevil"]
    alice.adds(*titles)
    alice.sees(*titles)
    alice.is_saved()
    alice.reloads()
    alice.sees(*titles)


def test_shell(alice: Person) -> None:
    """What the service worker keeps holds nobody's tasks and nobody's name."""
    alice.adds("a secret of hers")
    alice.is_saved()
    alice.is_installed()
    alice.reloads()
    alice.sees("a secret of hers")
    kept = json.dumps(json.loads(alice.left_behind())["caches"])
    assert "/bundle/main.js" in kept
    assert "a secret of hers" not in kept
    assert alice.name not in kept
