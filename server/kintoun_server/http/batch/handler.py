"""``POST /v1/batch``: several requests in one (protocol section 17)."""

import json
from collections.abc import Iterator
from urllib.parse import unquote

from tornado.httputil import HTTPHeaders

from kintoun_server.http.handler import JSON_TYPE, APIHandler

from .connection import Answer
from .dispatcher import Dispatcher, RequestFailed
from .subrequest import BatchRules, SubRequest, parse_batch

_SPELLING = {"Etag": "ETag", "Www-Authenticate": "WWW-Authenticate"}
"""How headers are usually spelt, where Tornado spells them otherwise."""


class BatchHandler(APIHandler):
    """The endpoint of batches."""

    allow = ("POST", "OPTIONS")

    async def post(self) -> None:
        """Answer each request in its place, or the failure of one for all."""
        if unacceptable := self.media_fault():
            raise unacceptable
        self.check_origin()
        requests = parse_batch(self.raw_body(), self._inherited(), self._rules())
        dispatcher = Dispatcher(self.application, self.request, self.site.store.writer, self.trace, self.session)
        try:
            answers = await dispatcher.dispatch(requests)
        except RequestFailed as failed:
            self._fail(failed.answer)
            return
        self.write(b'{"responses":[')
        for position, (request, answer) in enumerate(zip(requests, answers, strict=True)):
            self.write(b"," if position else b"")
            for part in _entry(request, answer):
                self.write(part)
        self.finish(b"]}")

    def _inherited(self) -> HTTPHeaders:
        """Answer the headers that count for each request: a cookie that does not count here counts nowhere inside."""
        headers = self.request.headers.copy()
        if self.session is None:
            headers.pop("Cookie", None)
        return headers

    def _rules(self) -> BatchRules:
        settings = self.site.settings
        return BatchRules(
            max_requests=settings.batch_max_requests,
            max_bytes=settings.max_body_bytes,
            follow_slash=settings.trailing_slash_redirect_enabled,
        )

    def _fail(self, answer: Answer) -> None:
        self.errno, self.failure = answer.errno, answer.failure
        self.set_status(answer.status)
        if "Retry-After" in answer.headers:
            self.set_header("Retry-After", answer.headers["Retry-After"])
        self.finish(answer.body)


def _entry(request: SubRequest, answer: Answer) -> Iterator[bytes]:
    """Write the answer to one request; bodies are JSON already and are not read again."""
    headers = {_SPELLING.get(name, name): value for name, value in answer.headers.items() if name != "Set-Cookie"}
    head = {"path": unquote(request.path), "status": answer.status, "headers": headers}
    yield json.dumps(head, separators=(",", ":")).encode().removesuffix(b"}")
    yield b',"body":'
    yield _body(request, answer)
    yield b"}"


def _body(request: SubRequest, answer: Answer) -> bytes:
    if request.method == "HEAD":
        return b'""'
    if not answer.body:
        return b"{}"
    if answer.headers.get("Content-Type", "").startswith(JSON_TYPE):
        return answer.body
    return json.dumps(answer.body.decode(errors="replace")).encode()
