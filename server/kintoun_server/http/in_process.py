"""The API for pages that are made in this process: requests that run through the ordinary handlers."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tornado.httputil import HTTPHeaders, RequestStartLine
from tornado.web import Application

from .batch.connection import CapturedConnection
from .session_cookie import APP, APP_HEADER
from .site import PREFIX

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
"""What is no token would be a header that HTTP does not allow, or another cookie."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; ``body`` is the JSON that was read, None where there is none."""

    status: int
    headers: Mapping[str, str]
    body: object = field(repr=False)


class InProcessAPI:
    """The API of one application, for the pages that it serves."""

    def __init__(self, session_cookie: str, host: str | None) -> None:
        """Name the cookie of sessions, and the host that answers show."""
        self._session_cookie = session_cookie
        self._host = host or "localhost"
        self._application: Application | None = None

    @property
    def session_cookie(self) -> str:
        """The name of the cookie of sessions."""
        return self._session_cookie

    def serve(self, application: Application) -> None:
        """Send requests to an application, which is made after the pages."""
        self._application = application

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        headers: Mapping[str, str] = {},
        session: str | None = None,
    ) -> Answer:
        """Send a request; ``path`` is below ``/v1`` with its query, percent-encoded.

        ``session`` is the value of the session's cookie: whoever calls this has checked that the request is wanted.
        """
        if self._application is None:
            message = "the application does not serve yet"
            raise RuntimeError(message)
        sent = HTTPHeaders({"Content-Type": "application/json", "Host": self._host, APP_HEADER: APP})
        if session and _TOKEN.fullmatch(session):
            sent["Cookie"] = f"{self._session_cookie}={session}"
        sent.update(headers)
        connection = CapturedConnection(None)
        delegate = self._application.start_request(None, connection)
        delegate.headers_received(RequestStartLine(method, PREFIX + path, "HTTP/1.1"), sent)
        if body is not None:
            delegate.data_received(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
        delegate.finish()
        answer = await connection.answer()
        is_json = answer.body and answer.headers.get("Content-Type", "").startswith("application/json")
        return Answer(answer.status, answer.headers, json.loads(answer.body) if is_json else None)
