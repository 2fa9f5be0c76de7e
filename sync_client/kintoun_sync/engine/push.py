"""The second half of a round: send what was written here, in batches that may be repeated (protocol sections 14, 17).

A creation is a PUT with ``If-None-Match: *``, an update a PUT of the whole record with ``If-Match``, a deletion a
DELETE with ``If-Match``. Before a batch leaves, each record notes what is being sent. So whoever does not learn what
became of it recognises it later, in a list or in the 412 that a repetition gets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kintoun_sync.errors import AccessError, AuthenticationError, UnexpectedAnswerError
from kintoun_sync.json_value import dump, same
from kintoun_sync.local import Local, Refused, Remote
from kintoun_sync.reconcile import is_news, put_back, reconcile
from kintoun_sync.report import Progress

from .account import Tally
from .ask import Line, body_of, message_in, message_of
from .exchange import Request, Steps
from .pull import record_path
from .replica import Replica

MAX_BYTES = 1_000_000
"""Of bodies in one batch: the server bounds the whole."""
MAX_SENT = 20
"""Versions of a record that are remembered while no answer comes; without the oldest a person may be asked in vain."""
_PASSES = 4
"""How often a record is sent in one sync: once, and again after each time that somebody else was faster."""
_MISSING_PARENT = 111


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one request of a batch."""

    status: int
    body: Any


class Push:
    """The push of one collection, ``size`` requests in a batch."""

    def __init__(self, line: Line, replica: Replica, tally: Tally, size: int) -> None:
        self._line = line
        self._replica = replica
        self._tally = tally
        self._size = size
        self._done = 0

    def run(self) -> Steps[None]:
        """Send all that is pending. What the server refuses for good is put back or marked; the rest stays pending.

        Raises:
            AuthenticationError: the server asks who we are.
        """
        for _ in range(_PASSES):
            after = ""
            while batch := self._next(after):
                after = batch[-1].id
                yield from self._send(batch)
            if not self._replica.pending_count():
                return

    def preview(self) -> None:
        """Count what would be sent."""
        after = ""
        while batch := self._replica.pending(after, self._size):
            after = batch[-1].id
            for local in batch:
                self._tally.pushed(local)

    def _next(self, after: str) -> list[Local]:
        """Take the next records, and note in each of them that this version is on its way."""
        with self._replica.transaction():
            taken: list[Local] = []
            length = 0
            for local in self._replica.pending(after, self._size):
                length += len(dump(local.data))
                if taken and length > MAX_BYTES:
                    break
                if not any(same(version, local.data) for version in local.sent):
                    self._replica.mark(replace(local, sent=(*local.sent, local.data)[-MAX_SENT:]))
                taken.append(local)
            return taken

    def _send(self, batch: Sequence[Local]) -> Steps[None]:
        """Send some records, in halves where the whole is refused as such."""
        requests = [_write(self._replica, local) for local in batch]
        answers = yield from self._batch(requests)
        if isinstance(answers, Answer):
            if len(batch) > 1:
                yield from self._send(batch[: len(batch) // 2])
                yield from self._send(batch[len(batch) // 2 :])
                return
            answers = [answers]
        unclear: list[tuple[Local, Refused | None]] = []
        alone: list[Local] = []
        with self._replica.transaction():
            for local, answer in zip(batch, answers, strict=True):
                if answer.status == 413 and len(batch) > 1:  # noqa: PLR2004 - Content Too Large
                    alone.append(local)
                else:
                    self._settle(local, answer, unclear)
        self._done += len(batch) - len(alone)
        yield Progress(
            self._replica.bucket, self._replica.name, "push", self._done, self._done + self._replica.pending_count()
        )
        if any(answer.status == 401 for answer in answers):  # noqa: PLR2004 - Unauthorized
            raise AuthenticationError("the server asks who is writing")
        if unclear:
            yield from self._look(unclear)
        for local in alone:
            yield from self._send([local])

    def _batch(self, requests: Sequence[Mapping[str, Any]]) -> Steps[list[Answer] | Answer]:
        """Send a batch: the answers, or the one with which it is refused as a whole because of what is in it."""
        answer = yield from self._line.ask(Request("POST", "/batch", body={"requests": list(requests)}))
        if answer.status in (400, 413):
            return Answer(answer.status, body_of(answer))
        if answer.status != 200:  # noqa: PLR2004 - OK
            raise AccessError(f"the server does not take batches: {message_of(answer)}", answer.status)
        try:
            answers = [Answer(entry["status"], entry.get("body")) for entry in body_of(answer)["responses"]]
        except (KeyError, TypeError, AttributeError):
            raise UnexpectedAnswerError("the answer to a batch is not of this protocol") from None
        if len(answers) != len(requests):
            raise UnexpectedAnswerError("the answer to a batch has not as many entries as the batch")
        return answers

    def _settle(self, sent: Local, answer: Answer, unclear: list[tuple[Local, Refused | None]]) -> None:
        """Take the answer to one write; what it does not tell is ``unclear`` and has to be looked at."""
        remote = _remote_in(sent, answer)
        if remote is not None:
            if answer.status != 412 or same(remote.data, sent.data):  # noqa: PLR2004 - Precondition Failed
                self._tally.pushed(sent)
            self._take(remote)
        elif answer.status in (403, 404, 412) or answer.status < 300:  # noqa: PLR2004 - a success that cannot be read
            if not (answer.status == 404 and _number(answer) == _MISSING_PARENT):  # noqa: PLR2004 - Not Found
                refused = Refused(answer.status, message_in(answer.body, answer.status))
                unclear.append((sent, refused if answer.status in (403, 404) else None))
        elif 400 <= answer.status < 500 and answer.status not in (401, 409, 429):  # noqa: PLR2004 - client errors
            self._refuse(sent, Refused(answer.status, message_in(answer.body, answer.status)))

    def _take(self, remote: Remote) -> None:
        local = self._replica.load(remote.id)
        if local is None or not is_news(local, remote):
            return
        outcome = reconcile(local, remote, self._replica.strategy)
        if outcome.local != local:
            self._replica.store(remote.id, outcome.local)
        self._tally.happened(remote.id, outcome)

    def _refuse(self, sent: Local, refused: Refused) -> None:
        """Mark a record that the server does not take, unless it was edited meanwhile."""
        local = self._replica.load(sent.id)
        if local is not None and local.revision == sent.revision:
            self._replica.mark(replace(local, refused=refused))
            self._tally.refused(sent.id, refused)

    def _look(self, unclear: Sequence[tuple[Local, Refused | None]]) -> Steps[None]:
        """Read the records whose write was refused, to know what stands there."""
        requests = [{"method": "GET", "path": record_path(self._replica, sent.id)} for sent, _ in unclear]
        answers = yield from self._batch(requests)
        if isinstance(answers, Answer):
            return
        with self._replica.transaction():
            for (sent, refused), answer in zip(unclear, answers, strict=True):
                remote = _remote_seen(sent, answer)
                if remote is not None:
                    self._learn(sent, remote, refused)

    def _learn(self, sent: Local, remote: Remote, refused: Refused | None) -> None:
        local = self._replica.load(sent.id)
        if local is None:
            return
        if refused is None:
            outcome = reconcile(local, remote, self._replica.strategy)
        elif local.revision != sent.revision:
            return  # edited meanwhile: what is there now is sent next, and refused then
        else:
            outcome = put_back(local, remote, refused)
        if outcome.local != local:
            self._replica.store(remote.id, outcome.local)
        self._tally.happened(remote.id, outcome, refused)


def _write(replica: Replica, local: Local) -> dict[str, Any]:
    """Write the request that carries a record to the server."""
    path = record_path(replica, local.id)
    condition = {"If-None-Match": "*"} if local.etag is None else {"If-Match": f'"{local.etag}"'}
    if local.data is None:
        # Without a known version: it was created here and may have arrived. No version has this timestamp, so either
        # it is not there (404), or the 412 shows it.
        return {"method": "DELETE", "path": path, "headers": {"If-Match": f'"{local.etag or 0}"'}}
    return {"method": "PUT", "path": path, "headers": condition, "body": {"data": {**local.data, "id": local.id}}}


def _remote_in(sent: Local, answer: Answer) -> Remote | None:
    """Read what the answer to a write says of the record, if it does."""
    body = answer.body if isinstance(answer.body, dict) else {}
    if answer.status == 404 and sent.data is None and _number(answer) != _MISSING_PARENT:  # noqa: PLR2004 - Not Found
        return Remote(sent.id, None, None)
    details = body.get("details")
    if answer.status == 412:  # noqa: PLR2004 - Precondition Failed
        return _object(details.get("existing") if isinstance(details, dict) else None)
    return _object(body.get("data")) if answer.status in (200, 201) else None


def _remote_seen(sent: Local, answer: Answer) -> Remote | None:
    """Read what a look at the record says."""
    if answer.status in (401, 403, 404):
        return Remote(sent.id, None, None)
    return _object(answer.body.get("data") if isinstance(answer.body, dict) else None) if answer.status < 300 else None  # noqa: PLR2004 - success


def _object(body: object) -> Remote | None:
    try:
        return Remote.of(body) if isinstance(body, dict) else None
    except (KeyError, TypeError):
        return None


def _number(answer: Answer) -> object:
    return answer.body.get("errno") if isinstance(answer.body, dict) else None
