"""Placeholders in requests: each server's own ids, timestamps and pages take their place.

`<<id:3>>` is the id in the answer to request 3, `<<ts:3>>` the last_modified in it, `<<etag:3>>` the digits of its
ETag, `<<next:3>>` the path and query of its Next-Page, `<<bucket:alice>>` the id of Alice's personal bucket and
`<<uid:zoe>>` her user id. In a JSON body `"<<#ts:3>>"`, quotes and all, becomes a number; `<<ts:3+1>>` is one more.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from e2e.compat.exchange import Request, Response
from e2e.compat.people import PEOPLE

_PLACEHOLDER = re.compile(r'(?:"<<#(?P<number>[^>]+)>>"|<<(?P<text>[^>#]+)>>)')


class UnresolvedError(LookupError):
    """An answer does not hold what a placeholder asks for, so the request cannot be sent."""


class Answers:
    """What one server has answered in a sequence, by the numbers of the requests."""

    def __init__(self, personal_buckets: Mapping[str, str]) -> None:
        self._personal_buckets = personal_buckets
        self._answers: dict[int, Response] = {}

    def note(self, number: int, response: Response) -> None:
        """Keep the answer to a request."""
        self._answers[number] = response

    def fill(self, text: str) -> str:
        """Put this server's values in the place of placeholders; UnresolvedError when one is not there."""
        return _PLACEHOLDER.sub(lambda found: self._value(found["number"] or found["text"]), text)

    def filled(self, request: Request) -> tuple[str, dict[str, str], str | None]:
        """Answer path, headers and body of a request with everything filled in."""
        headers = {name: self.fill(value) for name, value in request.headers.items()}
        if request.user is not None:
            headers.setdefault("Authorization", PEOPLE[request.user].authorization)
        return self.fill(request.path), headers, None if request.body is None else self.fill(request.body)

    def _value(self, name: str) -> str:
        what, _, of = name.partition(":")
        if what == "bucket":
            return self._personal_buckets[of]
        if what == "uid":
            return PEOPLE[of].user_id
        number, _, more = of.partition("+")
        value = self._of_answer(what, int(number))
        return str(int(value) + int(more)) if more else value

    def _of_answer(self, what: str, number: int) -> str:
        response = self._answers.get(number)
        if response is None or not response.ok:
            raise UnresolvedError(f"{what}:{number}")
        try:
            return _PARTS[what](response)
        except (KeyError, TypeError, ValueError) as error:
            raise UnresolvedError(f"{what}:{number}") from error


def _etag(response: Response) -> str:
    return str(int(response.headers["etag"].strip('"')))


def _next_page(response: Response) -> str:
    parts = urlsplit(response.headers["next-page"])
    return f"{parts.path}?{parts.query}"


_PARTS = {
    "id": lambda response: str(response.json["data"]["id"]),
    "ts": lambda response: str(response.json["data"]["last_modified"]),
    "etag": _etag,
    "next": _next_page,
}
