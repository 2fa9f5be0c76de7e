"""The shell, the static files, the manifest and the service worker, over HTTP."""

import gzip
import json
import re
import shutil
from pathlib import Path

import pytest
from kintoun_todo import bundle
from kintoun_todo.handler import SECURITY_HEADERS
from kintoun_todo.site import Site
from kintoun_todo.static_files import FOLDER, StaticFiles
from tests.pages.browser import Browser
from tests.pages.memory_api import MemoryApi

PATHS = ["/", "/active", "/completed", "/lists/default/tasks", "/sw.js", "/manifest.webmanifest", "/plain", "/sign-in"]


@pytest.mark.parametrize("path", [*PATHS, "/sign-up", "/favicon.ico", "/nothing", "/static/00/app/main.js"])
async def test_every_answer_protects_the_page(browser: Browser, path: str) -> None:
    """All security headers are on every answer, on errors and redirects too, and the server does not name itself."""
    headers = (await browser.get(path)).headers
    assert {name: headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert "Server" not in headers


@pytest.mark.parametrize("path", ["/", "/active", "/completed", "/lists/default/tasks", "/lists/b/c/active"])
async def test_the_shell_is_the_same_for_everybody(browser: Browser, path: str) -> None:
    """All pages of the app are one shell, which holds nobody's data, whoever is signed in."""
    shell = (await browser.get("/")).body
    await browser.post("/sign-up", name="alice", password="secret")
    await browser.post("/plain", do="add", description="milk")
    answer = await browser.get(path)
    assert answer.body == shell
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-cache"


async def test_the_shell_is_answered_by_304_where_it_is_known(browser: Browser) -> None:
    """Whoever has the shell already gets no bytes again."""
    etag = (await browser.get("/")).headers["Etag"]
    assert (await browser.get("/", If_None_Match=etag)).code == 304


async def test_everything_that_the_page_names_is_there(browser: Browser) -> None:
    """Each address in the shell and in the manifest has a file, of a type that browsers run under nosniff."""
    shell = (await browser.get("/")).body.decode()
    manifest = json.loads((await browser.get("/manifest.webmanifest")).body)
    pictures = [*manifest["icons"], *manifest["screenshots"]]
    urls = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', shell)) | {picture["src"] for picture in pictures}
    for url in urls:
        answer = await browser.get(url)
        assert answer.code == 200, url
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        if url.endswith(".js"):
            assert answer.headers["Content-Type"] == "text/javascript; charset=UTF-8"


async def test_scripts_come_by_gzip(browser: Browser) -> None:
    """A browser that takes gzip gets it, and whoever does not gets the same bytes as they are."""
    name = "vendor/lit-html/lit-html.js"
    url = StaticFiles().url(name)
    small = await browser.get(url, Accept_Encoding="gzip")
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.body) == (await browser.get(url)).body == (FOLDER / name).read_bytes()


async def test_an_address_of_another_version_has_nothing(browser: Browser) -> None:
    """No content is kept for ever under an address that is not its own."""
    assert (await browser.get("/static/0123456789abcdef/app/main.js")).code == 404


@pytest.mark.parametrize("path", ["../api.py", "..%2fapi.py", "/etc/passwd", "app/../../api.py", "app"])
async def test_nothing_outside_of_the_folder_is_served(browser: Browser, path: str) -> None:
    """Only the files that were read at the start have addresses."""
    assert (await browser.get(f"/static/{StaticFiles().version}/{path}")).code == 404


@pytest.fixture
def bundled_files() -> StaticFiles:
    """The files as users get them."""
    files = StaticFiles()
    assert files.is_bundled, "a script or a sheet is newer than the bundle: install ./webapp again"
    return files


async def test_the_worker_keeps_all_that_the_page_loads(browser: Browser, bundled_files: StaticFiles) -> None:
    """Each script, also those that are loaded later, the style sheet and the icons are in the precache list."""
    answer = await browser.get("/sw.js")
    found = re.search(r"PRECACHED = (\[.*\]);", answer.body.decode())
    assert found
    kept = json.loads(found[1])
    names = [name for name in bundled_files.files if name.startswith(("bundle/", "icons/"))]
    ours = [bundled_files.url(name) for name in names if not name.endswith(".map")]
    assert sorted(kept) == sorted(["/", "/manifest.webmanifest", *ours])
    assert answer.headers["Cache-Control"] == "no-cache"
    for url in kept:
        assert (await browser.get(url)).code == 200, url


async def test_a_first_visit_is_small(browser: Browser, bundled_files: StaticFiles) -> None:
    """A first visit loads under 40 kB of gzipped scripts, and with them it makes under 20 requests."""
    assert sum(len(bundled_files.files[name].compressed or b"") for name in bundled_files.modules) < 40_000
    assert len({*re.findall(r'(?:src|href)="(/[^"]+)"', (await browser.get("/")).body.decode())}) < 18


def test_who_changes_a_source_is_served_the_sources(tmp_path: Path, memory_api: MemoryApi) -> None:
    """A bundle that was not made from the sources as they are is not served: the page runs the modules themselves."""
    shutil.copytree(FOLDER, tmp_path / "static")
    with (tmp_path / "static/app/words.js").open("a") as file:
        file.write("// Changed.\n")
    files = StaticFiles(tmp_path / "static")
    assert files.modules[0] == "app/main.js"
    assert "app/words.js" in files.modules
    assert not any(name.startswith("bundle/") for name in [*files.kept, *files.sheets])
    ours = {name for name in files.files if name.startswith(("app/", "css/")) and name != "css/plain.css"}
    assert ours - {"app/engine/filters.js"} <= set(files.kept)
    shell = Site(memory_api, files).shell.decode()
    assert files.url("app/words.js") in shell
    assert files.url("app/views/dialogs.js") not in shell


def test_the_worker_changes_with_every_content(tmp_path: Path, memory_api: MemoryApi) -> None:
    """One byte in one file is a new version of the app."""
    shutil.copytree(FOLDER, tmp_path / "static")
    before = Site(memory_api, StaticFiles(tmp_path / "static"))
    with (tmp_path / "static/bundle/page.css").open("a") as file:
        file.write(" ")
    after = Site(memory_api, StaticFiles(tmp_path / "static"))
    assert before.worker != after.worker
    assert Site(memory_api, StaticFiles()).worker == before.worker


async def test_the_worker_keeps_away_from_the_api_and_from_signing_in(browser: Browser) -> None:
    """The routes that the worker answers are the pages of the app, and none that is somebody's own."""
    found = re.search(r"ROUTES = new RegExp\((.*)\);", (await browser.get("/sw.js")).body.decode())
    assert found
    routes = re.compile(json.loads(found[1]))
    assert all(routes.search(path) for path in ["/", "/active", "/completed", "/lists/default/tasks/active"])
    assert not any(routes.search(path) for path in ["/v1/", "/v1/session", "/sign-in", "/sign-out", "/plain", "/sw.js"])


async def test_the_switch_removes_the_worker(browser_without_worker: Browser) -> None:
    """With the switch off the served worker unregisters itself, and answers nothing."""
    worker = (await browser_without_worker.get("/sw.js")).body.decode()
    assert "registration.unregister()" in worker
    assert '"fetch"' not in worker


async def test_the_manifest_has_what_installing_needs(browser: Browser) -> None:
    """The manifest has the icons in the sizes that browsers ask for, one of them maskable."""
    answer = await browser.get("/manifest.webmanifest")
    manifest = json.loads(answer.body)
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert {(icon["sizes"], icon.get("purpose")) for icon in manifest["icons"]} >= {
        ("192x192", None),
        ("512x512", None),
        ("512x512", "maskable"),
    }
    assert {name: manifest[name] for name in ("id", "start_url", "scope", "display", "lang")} == {
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": "en",
    }
    assert {shortcut["url"] for shortcut in manifest["shortcuts"]} == {"/active", "/completed"}


async def test_the_manifest_shows_the_app(browser: Browser, bundled_files: StaticFiles) -> None:
    """There is a small picture for wide windows and one for narrow ones, of the sizes that are told, kept by nobody."""
    shown = json.loads((await browser.get("/manifest.webmanifest")).body)["screenshots"]
    assert [picture["form_factor"] for picture in shown] == ["wide", "narrow"]
    for picture in shown:
        content = (await browser.get(picture["src"])).body
        assert len(content) < 60_000
        width, height = (int.from_bytes(content[start : start + 4], "big") for start in (16, 20))  # the chunk IHDR
        assert picture["sizes"] == f"{width}x{height}"
    assert not any(name.startswith("screenshots/") for name in bundled_files.kept)


@pytest.mark.parametrize("path", ["/", "/sw.js", "/plain"])
async def test_head_is_answered(browser: Browser, path: str) -> None:
    """HEAD answers as GET does, without a body."""
    answer = await browser.get(path, method="HEAD")
    assert answer.code == (await browser.get(path)).code
    assert not answer.body


def test_files_are_short() -> None:
    """No script and no style sheet of ours has 400 lines or more."""
    ours = [path for folder in ("app", "css") for path in (FOLDER / folder).rglob("*") if path.is_file()]
    assert [path.name for path in ours if len(path.read_text().splitlines()) >= 400] == []
    assert len(ours) > 50


async def test_every_style_sheet_has_a_page(browser: Browser) -> None:
    """Each sheet of ours is in the bundle, or linked by the plain pages, and the shell links the bundle."""
    files = StaticFiles()
    shell, plain = [(await browser.get(path)).body for path in ("/", "/sign-in")]
    sheets = [name for name in files.files if name.startswith("css/") and name not in bundle.SHEETS]
    assert [name for name in sheets if files.url(name).encode() not in plain] == []
    assert all(files.url(name).encode() in shell for name in files.sheets)
