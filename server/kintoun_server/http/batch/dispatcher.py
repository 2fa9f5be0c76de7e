"""Hands the requests of a batch to the application, as if each had come over a connection of its own."""

import asyncio
import json
from collections.abc import Sequence

from tornado.httputil import HTTPHeaders, HTTPInputError, HTTPServerRequest, RequestStartLine
from tornado.web import Application

from kintoun_server import errors
from kintoun_server.domain.session import Session
from kintoun_server.errors import ApiError
from kintoun_server.http.backend import Writes
from kintoun_server.trace import Trace

from .connection import Answer, CapturedConnection
from .gathering import Gathering, Turn
from .plan import Step, plan
from .subrequest import SubRequest

MAX_ANSWERS_BYTES = 32 * 1024 * 1024
"""When the answers together are longer than this, no further request of the batch is begun."""


class RequestFailed(Exception):
    """A request of the batch failed on our side (5xx): nothing after it was begun."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.failure)
        self.answer = answer


class Dispatcher:
    """Runs the requests of one batch."""

    def __init__(
        self,
        application: Application,
        outer: HTTPServerRequest,
        writer: Writes,
        trace: Trace,
        session: Session | None = None,
    ) -> None:
        """Run them within ``outer``, the request of the batch with its ``trace``, and write through ``writer``.

        ``session`` is that of its sender.
        """
        self._application = application
        self._outer = outer
        self._writer = writer
        self._trace = trace
        self._session = session

    async def dispatch(self, requests: Sequence[SubRequest]) -> list[Answer]:
        """Run the requests with the effect that they have one after another, and answer each in its place.

        Raises:
            RequestFailed: one was answered with a 5xx; what was committed before stays.
        """
        answers: dict[int, Answer] = {}
        size = 0
        for step in plan(requests):
            if size > MAX_ANSWERS_BYTES:
                answers.update(dict.fromkeys(step.positions, _NOT_BEGUN))
                continue
            found = await self._run(step, requests)
            for answer in found:
                if answer.status >= errors.UNEXPECTED.status:
                    raise RequestFailed(answer)
                size += len(answer.body)
            answers.update(zip(step.positions, found, strict=True))
        return [answers[position] for position in range(len(requests))]

    async def _run(self, step: Step, requests: Sequence[SubRequest]) -> list[Answer]:
        if step.container is None:
            return [await self._send(position, requests[position]) for position in step.positions]
        gathering = Gathering(self._writer, len(step.positions))
        turns = [(gathering.turn(n), position) for n, position in enumerate(step.positions)]
        return await asyncio.gather(
            *(self._send_in_turn(turn, position, requests[position]) for turn, position in turns)
        )

    async def _send_in_turn(self, turn: Turn, position: int, request: SubRequest) -> Answer:
        try:
            return await self._send(position, request, turn)
        finally:
            await turn.leave()

    async def _send(self, position: int, request: SubRequest, writes: Writes | None = None) -> Answer:
        connection = CapturedConnection(self._outer.connection, writes, self._session)
        delegate = self._application.start_request(self._outer.server_connection, connection)
        try:
            delegate.headers_received(RequestStartLine(request.method, request.target, "HTTP/1.1"), request.headers)
        except HTTPInputError as error:
            return _answer(ApiError(errors.BAD_REQUEST, str(error)))
        delegate.data_received(request.body)
        # The handler begins now; it is the part of the batch with the next number, whenever its turn is.
        self._trace.parts = position
        delegate.finish()
        return await connection.answer()


def _answer(error: ApiError) -> Answer:
    headers = HTTPHeaders({"Content-Type": "application/json; charset=UTF-8"})
    return Answer(error.kind.status, headers, json.dumps(error.body(), separators=(",", ":")).encode())


_NOT_BEGUN = _answer(
    ApiError(
        errors.TOO_LARGE,
        f"Not begun: the answers before it in the batch are longer than {MAX_ANSWERS_BYTES} bytes. Send it again.",
    )
)
