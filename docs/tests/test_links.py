"""The links of all pages: whatever they point at inside the repository is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page.as_posix()
    for page in (found.relative_to(ROOT) for found in ROOT.rglob("*.md"))
    if not any(part.startswith(".") or part == "node_modules" for part in page.parts)
)
FENCED = re.compile(r"^( *)(```|~~~).*?^\1\2 *$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(<?([^)\s>]+)>?\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)


def prose(page: Path) -> str:
    """The text of a page without its code blocks."""
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The fragments that the headings of a page can be linked by, as GitHub makes them."""
    headings = re.findall(r"^#+ +(.+?) *$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_inside_the_repository_resolves(page: str) -> None:
    """No page points at a file, a folder or a heading that is not there."""
    here = ROOT / page
    for link in (first or second for first, second in LINK.findall(prose(here))):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        path, _, fragment = link.partition("#")
        target = (here.parent / path).resolve() if path else here
        assert target.exists(), f"{page} links to {link}, which is not there"
        assert target.is_relative_to(ROOT), f"{page} links to {link}, which lies outside of the repository"
        assert not fragment or fragment in anchors(target), (
            f"{page} links to {link}: {path or page} has no such heading"
        )


def test_every_page_is_in_the_index() -> None:
    """docs/README.md leads to every page under docs, so that none is found by luck alone."""
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    pages = {page.removeprefix("docs/") for page in PAGES if page.startswith("docs/")} - {"README.md"}
    assert not {page for page in pages if f"]({page})" not in index}
