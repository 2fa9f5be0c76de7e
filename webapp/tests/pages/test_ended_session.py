"""A session that ends while somebody types into a page without JavaScript."""

import re
from html import unescape

import pytest
from kintoun_todo.plain import MOST_KEPT
from tests.pages.browser import Browser, hidden
from tests.pages.memory_api import MemoryApi
from tornado.httpclient import HTTPResponse

TEXT = '"><script>alert(1)</script> {{ 7*7 }} & milk'


@pytest.fixture
async def alice(browser: Browser, memory_api: MemoryApi) -> Browser:
    """Alice's browser; she has a task, and her session has ended since."""
    await browser.post("/sign-up", name="alice", password="secret word")
    await browser.post("/plain", do="add", description="bread")
    memory_api.over.add("alice")
    return browser


def kept(page: HTTPResponse) -> dict[str, str]:
    """What the form to sign in again carries."""
    return {name: hidden(page, name) for name in ("do", "account", "id", "description")}


async def enter(alice: Browser, page: HTTPResponse, path: str = "/plain", **fields: str) -> HTTPResponse:
    """Send the form of the page to sign in again."""
    sent = {"name": "alice", "password": "secret word"} | kept(page) | fields
    return await alice.post(path, token=hidden(page, "_xsrf"), **sent)


def in_field(page: HTTPResponse, kind: str = "new-todo") -> str | None:
    """What stands in the field for a new task, or in that of the task that is edited."""
    found = re.search(rf'<input class="{kind}"[^>]* value="([^"]*)"', page.body.decode())
    return found and unescape(found[1])


async def test_a_new_task_is_back_in_its_field(alice: Browser, memory_api: MemoryApi) -> None:
    """What was typed outlives a wrong password too, is only ever text, in no address, and is not saved by itself."""
    page = await alice.post("/plain/active", do="add", account="alice", description=TEXT)
    assert page.code == 401
    assert 'action="/plain/active"' in page.body.decode()
    assert "<script" not in page.body.decode()
    page = await enter(alice, page, "/plain/active", password="wrong")
    assert (page.code, kept(page)["description"]) == (401, TEXT)
    assert "is wrong" in page.body.decode()
    page = await enter(alice, page, "/plain/active")
    assert (page.code, in_field(page), page.headers["Cache-Control"]) == (200, TEXT, "no-store")
    assert "Location" not in page.headers
    assert [task["description"] for task in memory_api.lists["tasks"].values()] == ["bread"]


async def test_an_edit_is_back_in_its_field(alice: Browser, memory_api: MemoryApi) -> None:
    """The task that was being edited is so again, with what was typed."""
    (id_,) = memory_api.lists["tasks"]
    page = await alice.post("/plain", do="edit", account="alice", id=id_, version="1", description="rye bread")
    page = await enter(alice, page)
    assert (in_field(page, "edit"), in_field(page)) == ("rye bread", None)
    assert hidden(page, "id") == id_


async def test_a_session_that_ends_within_an_action(alice: Browser, memory_api: MemoryApi) -> None:
    """The page asks too where the session ends between the look at it and the writing."""
    memory_api.ends_behind = True
    page = await alice.post("/plain", do="add", account="alice", description="milk")
    assert (page.code, kept(page)["description"]) == (401, "milk")


async def test_where_nothing_was_typed(alice: Browser) -> None:
    """Whoever has pressed a button only is led back to the list, and a reload sends no password again."""
    page = await alice.post("/plain/active", do="clear")
    answer = await enter(alice, page, "/plain/active")
    assert (answer.code, answer.headers["Location"]) == (303, "/plain/active")


async def test_nobody_else_gets_it(alice: Browser, memory_api: MemoryApi) -> None:
    """Somebody else who signs in there sees nothing of it."""
    memory_api.passwords["bob"] = "his own"
    page = await alice.post("/plain/lists/default/l1", do="add", account="alice", description="a secret")
    answer = await enter(alice, page, "/plain/lists/default/l1", name="bob", password="his own")
    assert (answer.code, answer.headers["Location"]) == (303, "/plain")
    assert "a secret" not in (await alice.get("/plain")).body.decode()


async def test_a_text_without_end_is_cut(alice: Browser) -> None:
    """There is a bound on what is kept, and the page says so."""
    page = await alice.post("/plain", do="add", account="alice", description="x" * (MOST_KEPT + 1))
    assert kept(page)["description"] == "x" * MOST_KEPT
    assert f"only its first {MOST_KEPT:,} characters" in page.body.decode()


async def test_the_form_carries_the_token(alice: Browser, memory_api: MemoryApi) -> None:
    """A page of another site can sign nobody in here."""
    answer = await alice.post("/plain", token="", do="sign-in", name="alice", password="secret word")
    assert answer.code == 403
    assert "alice" in memory_api.over


async def test_the_tasks_carry_who_wrote_them(browser: Browser, memory_api: MemoryApi) -> None:
    """Each form into which one types names the account whose page it is."""
    await browser.post("/sign-up", name="alice", password="secret word")
    await browser.post("/plain", do="add", description="bread")
    (id_,) = memory_api.lists["tasks"]
    assert (await browser.get("/plain")).body.count(b'name="account" value="alice"') == 1
    assert (await browser.get(f"/plain?edit={id_}")).body.count(b'name="account" value="alice"') == 2


async def test_a_read_only_server_is_said(browser: Browser, memory_api: MemoryApi) -> None:
    """The page says that the tasks are safe and not available at the moment."""
    await browser.post("/sign-up", name="alice", password="secret word")
    memory_api.read_only = True
    answer = await browser.get("/plain")
    assert answer.code == 503
    assert "Your tasks are safe" in answer.body.decode()
