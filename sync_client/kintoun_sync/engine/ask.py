"""One request and its answer: attempts, pauses, and what no request can do anything about."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kintoun_sync.errors import (
    AuthenticationError,
    OfflineError,
    ServiceClosedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from kintoun_sync.report import SyncReport

from .exchange import Failure, Request, Response, Steps, Wait

_TRANSIENT = (409, 429, 500, 502, 503, 504)
_HARD_EOL = 202


@dataclass(slots=True)
class Patience:
    """How often a request is repeated, and how long anybody waits for it."""

    attempts: int = 5
    first_pause: float = 0.5
    """Seconds, doubled each time; a random half of it is left out."""
    longest_pause: float = 30.0
    """Seconds: whoever asks for more is told ``UnavailableError``."""
    random: Callable[[], float] = random.random

    def pause(self, attempt: int, asked: float) -> float:
        """Answer the seconds before the next attempt, at least those that the server ``asked`` for."""
        longest = min(self.first_pause * 2.0**attempt, self.longest_pause)
        return max(asked, longest * (0.5 + self.random() / 2))


@dataclass(slots=True)
class Line:
    """The requests of one sync: what they share."""

    patience: Patience = field(default_factory=Patience)
    report: SyncReport = field(default_factory=SyncReport)
    backoff: float = 0.0
    """Seconds that the server asked to be left alone for after this sync (``Backoff``)."""

    def ask(self, request: Request) -> Steps[Response]:
        """Send a request, again while the failure may pass by itself; every request of ours may be repeated.

        Raises:
            OfflineError, UnavailableError: all attempts have failed.
            AuthenticationError, ServiceClosedError: 401; 410 for the whole service.
        """
        attempt = 0
        while True:
            self.report.requests += 1
            answer = yield request
            if isinstance(answer, Response):
                self._heed(answer)
                if answer.status not in _TRANSIENT:
                    return answer
            if not isinstance(answer, Response | Failure):
                raise TypeError("a request is answered with a Response or a Failure")
            attempt += 1
            asked = _seconds(answer, "retry-after") if isinstance(answer, Response) else 0.0
            if attempt >= self.patience.attempts or asked > self.patience.longest_pause:
                raise _given_up(answer, asked)
            yield Wait(self.patience.pause(attempt - 1, asked))

    def _heed(self, answer: Response) -> None:
        self.backoff = max(self.backoff, _seconds(answer, "backoff"))
        if answer.status == 401:  # noqa: PLR2004 - Unauthorized
            raise AuthenticationError(message_of(answer))
        if answer.status == 410 and error_number(answer) == _HARD_EOL:  # noqa: PLR2004 - Gone
            raise ServiceClosedError(message_of(answer))


def body_of(answer: Response) -> dict[str, Any]:
    """Read the object in an answer's body.

    Raises:
        UnexpectedAnswerError: there is none.
    """
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        where = f", which points to {answer.headers['location']}" if "location" in answer.headers else ""
        raise UnexpectedAnswerError(f"the answer with status {answer.status} is not of this protocol{where}")
    return body


def error_number(answer: Response) -> int | None:
    """Read the number of an error (protocol section 5.1); None for what is no error of the protocol."""
    try:
        body = answer.json()
    except ValueError:
        return None
    number = body.get("errno") if isinstance(body, dict) else None
    return number if isinstance(number, int) else None


def message_of(answer: Response) -> str:
    """Say what an error says."""
    try:
        body = answer.json()
    except ValueError:
        return f"status {answer.status}"
    return message_in(body, answer.status)


def message_in(body: object, status: int) -> str:
    """Say what the body of an error says."""
    if not isinstance(body, dict):
        return f"status {status}"
    return str(body.get("message") or body.get("error") or f"status {status}")


def etag_of(answer: Response) -> int:
    """Read the timestamp of a list or an object.

    Raises:
        UnexpectedAnswerError: there is none.
    """
    text = answer.headers.get("etag", "").strip('"')
    if not text.isdecimal():
        raise UnexpectedAnswerError(f"the answer with status {answer.status} has no ETag of this protocol")
    return int(text)


def _seconds(answer: Response, name: str) -> float:
    try:
        return max(0.0, float(answer.headers.get(name, "0")))
    except ValueError:
        return 0.0


def _given_up(answer: Response | Failure, asked: float) -> Exception:
    if isinstance(answer, Failure):
        return OfflineError(f"no answer: {answer.message}")
    return UnavailableError(f"the server cannot now ({answer.status}): {message_of(answer)}", asked)
