"""How the requests of a batch reach an application, and what a failure does: with handlers of Tornado's own kind."""

from collections.abc import Sequence
from typing import Any

import pytest
from kintoun_server.domain.change import Change
from kintoun_server.domain.deletion import Deleted, Deletion
from kintoun_server.domain.uri import ListURI
from kintoun_server.http.batch import dispatcher as module
from kintoun_server.http.batch.dispatcher import Dispatcher, RequestFailed
from kintoun_server.http.batch.subrequest import SubRequest
from kintoun_server.trace import Trace
from tornado.httputil import HTTPConnection, HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import Application, RequestHandler


class Context:
    """What a connection knows of its client."""

    remote_ip = "192.0.2.1"
    protocol = "https"


class Connection(HTTPConnection):
    """The connection of the batch."""

    context = Context()


class Echo(RequestHandler):
    """Answers what it was asked, and notes it."""

    def initialize(self, seen: list[str]) -> None:
        """Note in `seen`."""
        self.seen = seen

    async def get(self) -> None:
        """Answer where the request comes from."""
        request = self.request
        self.seen.append(str(request.uri))
        self.write({"from": [request.remote_ip, request.protocol, request.host], "uri": request.uri})

    async def put(self) -> None:
        """Answer the body in two pieces."""
        self.seen.append(str(self.request.uri))
        self.write(self.request.body[:1])
        await self.flush()
        self.write(self.request.body[1:])


class Failing(Echo):
    """Fails on its side."""

    async def get(self) -> None:
        """Answer 503."""
        await super().get()
        self.set_status(503)
        self.set_header("Retry-After", "3")


class Writes:
    """Writes nothing: these handlers ask for none."""

    async def change(self, list_uri: ListURI, changes: Sequence[Change], size: int = 0) -> Any:  # noqa: ANN401
        """Is not called."""
        raise AssertionError((list_uri, changes, size))

    async def change_together(self, changes: Any, size: int = 0) -> Any:  # noqa: ANN401
        """Is not called."""
        raise AssertionError((changes, size))

    async def delete(self, deletion: Deletion) -> Deleted:
        """Is not called."""
        raise AssertionError(deletion)


@pytest.fixture
def seen() -> list[str]:
    """The requests that have reached a handler, in their order."""
    return []


@pytest.fixture
def dispatcher(seen: list[str]) -> Dispatcher:
    """Dispatches to an application with handlers below `/fail` that fail, and others that do not."""
    application = Application([(r"/fail.*", Failing, {"seen": seen}), (r"/.*", Echo, {"seen": seen})])
    headers = HTTPHeaders({"Host": "example.org"})
    start_line = RequestStartLine("POST", "/batch", "HTTP/1.1")
    outer = HTTPServerRequest(connection=Connection(), start_line=start_line, headers=headers)
    return Dispatcher(application, outer, Writes(), Trace.of("batch"))


def get(target: str, method: str = "GET", body: bytes = b"", host: str = "example.org") -> SubRequest:
    """A request within the batch."""
    return SubRequest(method, target, HTTPHeaders({"Host": host}), body)


async def test_a_request_comes_from_where_the_batch_comes_from(dispatcher: Dispatcher) -> None:
    """Its handler sees the address and the scheme of the batch's own connection, and its own path and query."""
    (answer,) = await dispatcher.dispatch([get("/a?b=c")])
    assert answer.status == 200
    assert answer.body == b'{"from": ["192.0.2.1", "https", "example.org"], "uri": "/a?b=c"}'
    assert answer.headers["Content-Length"] == str(len(answer.body))


async def test_a_body_goes_in_and_comes_out_whole(dispatcher: Dispatcher) -> None:
    """A body that is answered in pieces is captured whole; the answer to HEAD has none."""
    put, head = await dispatcher.dispatch([get("/", "PUT", b"whole"), get("/", "HEAD")])
    assert (put.status, put.body) == (200, b"whole")
    assert head.body == b""


@pytest.mark.difference("batch-keeps-earlier")
async def test_a_failure_ends_the_batch(dispatcher: Dispatcher, seen: list[str]) -> None:
    """What comes before it has been done, and nothing after it is begun."""
    with pytest.raises(RequestFailed) as failed:
        await dispatcher.dispatch([get("/1"), get("/fail"), get("/2"), get("/fail")])
    assert (failed.value.answer.status, failed.value.answer.headers["Retry-After"]) == (503, "3")
    assert seen == ["/1", "/fail"]


async def test_a_request_that_is_no_http(dispatcher: Dispatcher, seen: list[str]) -> None:
    """What Tornado refuses before any handler is 400 in its place."""
    refused, done = await dispatcher.dispatch([get("/1", host="a b"), get("/2")])
    assert (refused.status, done.status) == (400, 200)
    assert b'"errno":107' in refused.body
    assert seen == ["/2"]


async def test_long_answers_end_a_batch(
    dispatcher: Dispatcher, seen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the answers together are over the limit the remaining requests are not begun, and are told so."""
    monkeypatch.setattr(module, "MAX_ANSWERS_BYTES", 100)
    answers = await dispatcher.dispatch([get(f"/{number}") for number in range(4)])
    assert [answer.status for answer in answers] == [200, 200, 413, 413]
    assert seen == ["/0", "/1"]
