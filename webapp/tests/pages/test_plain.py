"""The pages that work without JavaScript, over HTTP."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from tests.pages.browser import Browser, hidden
from tests.pages.memory_api import MemoryApi

HOSTILE = ['<script>alert("x")</script>', '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "</title>&amp;'"]


async def sign_up(browser: Browser) -> None:
    """Make an account and sign in."""
    answer = await browser.post("/sign-up", name="alice", password="secret word")
    assert answer.code == 303, answer.body


async def shown(browser: Browser, path: str = "/plain") -> list[str]:
    """Answer the tasks that a page shows."""
    return re.findall(r'<label dir="auto">(.*?)</label>', (await browser.get(path)).body.decode())


async def id_of(browser: Browser) -> str:
    """Answer the id of the first task."""
    return hidden(await browser.get("/plain"), "id")


async def test_tasks_are_added_completed_edited_and_removed(browser: Browser) -> None:
    """A whole day with tasks, form by form; each one is answered by a redirect, so a reload sends nothing again."""
    await sign_up(browser)
    for description in ("milk", "  bread  ", " "):
        answer = await browser.post("/plain", do="add", description=description)
        assert (answer.code, answer.headers["Location"]) == (303, "/plain")
    assert await shown(browser) == ["milk", "bread"]
    milk = await id_of(browser)
    await browser.post("/plain", do="status:doing", id=milk)
    assert 'class=" doing"' in (await browser.get("/plain")).body.decode()
    await browser.post("/plain/active", do="status:done", id=milk)
    assert await shown(browser, "/plain/active") == ["bread"]
    assert await shown(browser, "/plain/completed") == ["milk"]
    assert "<strong>1</strong> item left" in (await browser.get("/plain")).body.decode()
    await browser.post("/plain", do="edit", id=milk, description="oat milk")
    assert await shown(browser) == ["oat milk", "bread"]
    await browser.post("/plain", do="clear")
    assert await shown(browser) == ["bread"]
    await browser.post("/plain", do="all")
    assert await shown(browser, "/plain/completed") == ["bread"]
    await browser.post("/plain", do="edit", id=await id_of(browser), description="")
    assert await shown(browser) == []


async def test_an_edit_of_what_somebody_else_has_changed_asks(browser: Browser) -> None:
    """Neither text is lost: the page shows theirs and keeps what was typed."""
    await sign_up(browser)
    await browser.post("/plain", do="add", description="milk")
    id_, version = await id_of(browser), hidden(await browser.get("/plain"), "version")
    await browser.post("/plain", do="edit", id=id_, version=version, description="theirs")
    answer = await browser.post("/plain", do="edit", id=id_, version=version, description="mine")
    page = answer.body.decode()
    assert answer.code == 412
    assert 'value="mine"' in page
    assert "theirs</q>" in page
    assert (await browser.post("/plain", do="delete", id=id_, version=version)).code == 412


async def test_an_edit_of_what_is_no_longer_there_is_kept(browser: Browser) -> None:
    """What was typed for a task that somebody has deleted or completed meanwhile stands in the field for a new one."""
    await sign_up(browser)
    await browser.post("/plain", do="add", description="milk")
    id_, version = await id_of(browser), hidden(await browser.get("/plain"), "version")
    await browser.post("/plain", do="status:done", id=id_)
    edit = {"do": "edit", "id": id_, "version": version, "description": "oat milk"}
    completed = await browser.post("/plain/active", **edit)
    await browser.post("/plain", do="delete", id=id_)
    deleted = await browser.post("/plain", **edit)
    assert (completed.code, deleted.code) == (412, 404)
    for answer in (completed, deleted):
        assert re.search(r'class="new-todo"[^>]* value="oat milk"', answer.body.decode())


async def test_what_somebody_else_has_deleted_is_deleted(browser: Browser) -> None:
    """Removing a task that is gone is no error: that is what was asked for."""
    await sign_up(browser)
    await browser.post("/plain", do="add", description="milk")
    id_ = await id_of(browser)
    for _ in range(2):
        assert (await browser.post("/plain", do="delete", id=id_)).code == 303


async def test_long_lists_are_shown_whole(browser: Browser, memory_api: MemoryApi) -> None:
    """A server that bounds its pages hides no task, and a new one still comes last."""
    memory_api.page = 2
    await sign_up(browser)
    texts = ["a", "b", "c", "d", "e"]
    for text in texts:
        await browser.post("/plain", do="add", description=text)
    assert await shown(browser) == texts


async def test_tasks_without_an_order_come_last(browser: Browser, memory_api: MemoryApi) -> None:
    """A task of another client that knows no order stands behind all others, and new ones before it."""
    await sign_up(browser)
    memory_api.lists["tasks"] = {"t": {"id": "t", "description": "loose", "last_modified": 1}}
    for text in ("a", "b"):
        await browser.post("/plain", do="add", description=text)
    assert await shown(browser) == ["a", "b", "loose"]


@pytest.mark.parametrize("text", HOSTILE)
async def test_texts_are_only_ever_text(browser: Browser, text: str) -> None:
    """What people write stands on the page as they wrote it, and is never markup."""
    await sign_up(browser)
    await browser.post("/plain", do="add", description=text)
    assert unescape((await shown(browser))[0]) == text
    pages = [
        await browser.get("/plain"),
        await browser.get(f"/plain?edit={await id_of(browser)}"),
        await browser.post("/sign-in", name=text, password="x"),
        await browser.get(f"/plain?edit={quote(text)}"),
    ]
    for page in pages:
        source = page.body.decode()
        assert "<script" not in source
        assert "<img" not in source
        assert "49" not in re.findall(r">([^<]*)<", source)


@pytest.mark.parametrize("path", ["/plain", "/sign-in", "/sign-up", "/sign-out"])
@pytest.mark.parametrize("token", ["", "2|00000000|00000000000000000000000000000000|0"])
async def test_a_form_from_elsewhere_does_nothing(
    browser: Browser, memory_api: MemoryApi, path: str, token: str
) -> None:
    """Without the token of the browser's own cookie a form is refused, in kind words."""
    await sign_up(browser)
    answer = await browser.post(path, token=token, do="add", description="x", name="mallory", password="x")
    assert answer.code == 403
    assert "open the page anew" in answer.body.decode()
    assert memory_api.lists.get("tasks", {}) == {}
    assert "mallory" not in memory_api.passwords


async def test_signing_out_ends_the_session(browser: Browser) -> None:
    """After signing out the page of the tasks leads to signing in."""
    await sign_up(browser)
    await browser.post("/sign-out")
    answer = await browser.get("/plain")
    assert (answer.code, answer.headers["Location"]) == (303, "/sign-in")


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("/sign-in", {"name": "alice", "password": "wrong"}, "is wrong"),
        ("/sign-in", {"name": "alice"}, "fill in"),
        ("/sign-up", {"name": "alice", "password": "x"}, "is taken"),
    ],
)
async def test_what_is_wrong_is_said_on_the_page(
    browser: Browser, memory_api: MemoryApi, path: str, fields: dict[str, str], words: str
) -> None:
    """The name stays in its field, the password does not, and nobody is signed in."""
    memory_api.passwords["alice"] = "secret"
    answer = await browser.post(path, **fields)
    page = answer.body.decode()
    assert answer.code in (400, 401, 412)
    assert words in page
    assert 'value="alice"' in page
    assert memory_api.session_cookie not in browser.cookies


async def test_pages_of_somebody_are_kept_nowhere(browser: Browser) -> None:
    """No cache, of the browser or between, keeps a page with somebody's data; the token's cookie is no script's."""
    await sign_up(browser)
    assert (await browser.get("/plain")).headers["Cache-Control"] == "no-store"
    browser.cookies.clear()
    assert re.search(r"_xsrf=.*; HttpOnly; .*SameSite=Lax", (await browser.get("/sign-in")).headers["Set-Cookie"])


@pytest.mark.parametrize("path", ["/plain/lists/theirs/secret", "/nothing", "/plain/nothing"])
async def test_what_is_not_there_is_said_in_kind_words(browser: Browser, path: str) -> None:
    """A missing page and a list that one may not see are the same: nothing is here."""
    await sign_up(browser)
    answer = await browser.get(path)
    assert answer.code == 404
    assert "There is nothing here" in answer.body.decode()


@pytest.mark.parametrize(("status", "expected"), [(500, 502), (503, 503), (429, 429)])
async def test_failures_of_the_server_are_said_and_not_shown(
    browser: Browser, memory_api: MemoryApi, status: int, expected: int
) -> None:
    """A failing API makes a page in kind words, with nothing of what went wrong."""
    await sign_up(browser)
    memory_api.fails = status
    answer = await browser.get("/plain")
    assert answer.code == expected
    assert "secret" not in answer.body.decode()


@pytest.mark.parametrize("fields", [{}, {"do": "nonsense"}, {"do": "status:gone", "id": "x"}, {"do": "delete"}])
async def test_a_broken_form_is_refused(browser: Browser, fields: dict[str, str]) -> None:
    """A form that no page of ours sends is answered by 400."""
    await sign_up(browser)
    assert (await browser.post("/plain", **fields)).code == 400


async def test_own_lists_are_shown_by_their_titles(browser: Browser, memory_api: MemoryApi) -> None:
    """Several lists have their pages, named by the records of the collection `lists`."""
    await sign_up(browser)
    memory_api.lists["lists"] = {"l1": {"id": "l1", "title": "<Groceries>", "order": 1, "last_modified": 1}}
    await browser.post("/plain/lists/default/l1", do="add", description="eggs")
    assert await shown(browser, "/plain/lists/default/l1") == ["eggs"]
    assert await shown(browser) == []
    assert "&lt;Groceries&gt;" in (await browser.get("/plain")).body.decode()


async def test_the_first_list_can_have_another_title(browser: Browser, memory_api: MemoryApi) -> None:
    """The first list stands once, by the title that it was given, and stays the first one."""
    await sign_up(browser)
    memory_api.lists["lists"] = {
        "a": {"id": "a", "title": "Groceries", "last_modified": 1},
        "tasks": {"id": "tasks", "title": "Home", "last_modified": 2},
        "b": {"id": "b", "title": 5, "last_modified": 3},
        "c": {"id": "c", "left": "somebody/groceries", "last_modified": 4},
    }
    page = (await browser.get("/plain")).body.decode()
    assert "<title>Home · todos</title>" in page
    assert re.findall(r'<a href="([^"]*)"[^>]*><bdi>(.*?)</bdi>', page) == [
        ("/plain", "Home"),
        ("/plain/lists/default/a", "Groceries"),
        ("/plain/lists/default/b", "Untitled list"),
    ]


async def test_signing_up_while_signed_in(browser: Browser) -> None:
    """Another account can be made without signing out first, and is the one that is signed in then."""
    await sign_up(browser)
    answer = await browser.post("/sign-up", name="somebody-else", password="a long one")
    assert answer.code == 303
    assert "somebody-else" in (await browser.get("/plain")).body.decode()
