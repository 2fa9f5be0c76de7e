"""Several requests in one exchange, and lists page by page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from kintoun_sync.errors import AccessError, UnexpectedAnswerError
from kintoun_sync.json_value import dump

from .ask import Line, body_of, message_of
from .exchange import Request, Response, Steps

OK = 200


def gather(line: Line, requests: Sequence[Request], size: int) -> Steps[list[Response]]:
    """Send requests by batches of at most ``size`` and answer as many answers, in their order (protocol section 17).

    Raises:
        AccessError: the server takes no batches.
    """
    answers: list[Response] = []
    for some in _chunks(requests, size):
        body = {"requests": [_entry(request) for request in some]}
        answer = yield from line.ask(Request("POST", "/batch", body=body))
        if answer.status != OK:
            raise AccessError(f"the server does not take batches: {message_of(answer)}", answer.status)
        found = _responses(body_of(answer))
        if len(found) != len(some):
            raise UnexpectedAnswerError("the answer to a batch has not as many entries as the batch")
        answers += found
    return answers


def pages(line: Line, path: str, first: Response | None = None) -> Steps[list[dict[str, Any]]]:
    """Read a list to its end, ``first`` being the answer to ``path`` where it has come already.

    Raises:
        AccessError: the list cannot be read.
    """
    entries: list[dict[str, Any]] = []
    answer = first or (yield from line.ask(Request("GET", path)))
    while True:
        if answer.status != OK:
            raise AccessError(message_of(answer), answer.status)
        entries += _data(answer)
        following = next_path(answer, path)
        if following is None:
            return entries
        answer = yield from line.ask(Request("GET", following))


def next_path(answer: Response, path: str) -> str | None:
    """Answer the path of the next page: it is asked of our own server, whatever host its address names."""
    address = answer.headers.get("next-page")
    if not address:
        return None
    query = urlsplit(address).query
    return f"{path.partition('?')[0]}?{query}"


def _entry(request: Request) -> dict[str, Any]:
    entry: dict[str, Any] = {"method": request.method, "path": request.path}
    if request.headers:
        entry["headers"] = dict(request.headers)
    return entry if request.body is None else {**entry, "body": request.body}


def _responses(body: Mapping[str, Any]) -> list[Response]:
    try:
        return [
            Response(
                entry["status"],
                {name.lower(): value for name, value in (entry.get("headers") or {}).items()},
                dump(entry.get("body")).encode(),
            )
            for entry in body["responses"]
        ]
    except (KeyError, TypeError, AttributeError):
        raise UnexpectedAnswerError("the answer to a batch is not of this protocol") from None


def _data(answer: Response) -> list[dict[str, Any]]:
    data = body_of(answer).get("data")
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise UnexpectedAnswerError("the list is not of this protocol")
    return data


def _chunks(requests: Sequence[Request], size: int) -> Iterator[Sequence[Request]]:
    for start in range(0, len(requests), size):
        yield requests[start : start + size]
