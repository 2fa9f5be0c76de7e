"""Both servers, asked the same thing at the same time, and their answers compared."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from e2e.compat.comparison import SECURITY, Difference, compare
from e2e.compat.correspondence import Correspondence
from e2e.compat.deliberate import Table
from e2e.compat.exchange import Request, Response, Wire
from e2e.compat.people import PEOPLE
from e2e.compat.placeholders import Answers, UnresolvedError

_OF_WHOLE_ANSWERS = {*SECURITY, "access-control-expose-headers"}
"""Headers that mean something to a browser and so nothing within a batch (the row `headers-in-batches`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How the answers to one request compare: both answers, the rows that explain differences, and what is left."""

    request: Request
    ours: Response
    reference: Response
    explained: frozenset[str]
    unexplained: Sequence[Difference]
    diverged: bool
    """Whether the two servers hold different things from now on, so that nothing after it can be compared."""


class Pair:
    """A connection to each of the two servers."""

    def __init__(self, ours: str, reference: str, table: Table) -> None:
        self.ours, self.reference = Wire(ours), Wire(reference)
        self._table = table

    async def start_sequence(self) -> "Run":
        """Empty both servers, and learn the ids of the personal buckets."""
        for wire in (self.ours, self.reference):
            flushed = await asyncio.to_thread(wire.ask, "POST", "/v1/__flush__", {}, None)
            if flushed.status != 202:
                raise RuntimeError(f"{wire.base} cannot be flushed: {flushed.status} {flushed.json}")
        buckets = [await asyncio.to_thread(_personal_buckets, wire) for wire in (self.ours, self.reference)]
        return Run(self, self._table, buckets[0], buckets[1])

    async def ask(
        self, ours: tuple[str, str, dict[str, str], str | None], reference: tuple[str, str, dict[str, str], str | None]
    ) -> tuple[Response, Response]:
        """Send each server its form of a request."""
        asked = (asyncio.to_thread(self.ours.ask, *ours), asyncio.to_thread(self.reference.ask, *reference))
        answers = await asyncio.gather(*asked)
        return answers[0], answers[1]

    def close(self) -> None:
        """Close both connections."""
        self.ours.close()
        self.reference.close()


def _personal_buckets(wire: Wire) -> dict[str, str]:
    found = {}
    for name, person in PEOPLE.items():
        if not person.account:
            hello = wire.ask("GET", "/v1/", {"Authorization": person.authorization}, None)
            found[name] = str(hello.json["user"]["bucket"])
    return found


class Run:
    """One run of requests on two servers that were empty at first."""

    def __init__(self, pair: Pair, table: Table, ours: Mapping[str, str], reference: Mapping[str, str]) -> None:
        self._pair = pair
        self._table = table
        self._answers = (Answers(ours), Answers(reference))
        self._personal = reference
        bases = {pair.ours.base: pair.reference.base}
        self._pairs = Correspondence(bases, dict(zip(ours.values(), reference.values(), strict=True)))

    async def send(self, request: Request) -> Verdict | None:
        """Ask both servers and compare; None when the request needs an answer that was not given."""
        try:
            ours, reference = (answers.filled(request) for answers in self._answers)
        except UnresolvedError:
            return None
        replies = await self._pair.ask((request.method, *ours), (request.method, *reference))
        for answers, reply in zip(self._answers, replies, strict=True):
            answers.note(request.number, reply)
        return self._judge(request, reference[0], replies[0], replies[1])

    def _judge(self, request: Request, path: str, ours: Response, reference: Response) -> Verdict:
        explained: set[str] = set()
        unexplained: list[Difference] = []
        diverged = False
        for part, part_path, mine, theirs in self._exchanges(request, path, ours, reference):
            found = compare(part_path, mine, theirs, self._pairs)
            ids, rest, harmful = self._table.explain(found, part, mine, theirs)
            explained |= ids
            unexplained += rest
            diverged |= part.writes and _parts_ways(harmful, mine, theirs)
        return Verdict(
            request=request,
            ours=ours,
            reference=reference,
            explained=frozenset(explained),
            unexplained=unexplained,
            diverged=diverged,
        )

    def _exchanges(
        self, request: Request, path: str, ours: Response, reference: Response
    ) -> Iterator[tuple[Request, str, Response, Response]]:
        """Yield the exchange itself, or, for a batch that was carried out, the batch and each exchange in it."""
        inner = _inner(request, ours, reference)
        if inner is None:
            yield request, self._real(request, path), ours, reference
            return
        emptied = json.dumps({"responses": []}).encode()
        yield request, path, replace(ours, body=emptied), replace(reference, body=emptied)
        for part, mine, theirs in inner:
            yield part, self._real(part, self._answers[1].fill(part.path)), mine, theirs

    def _real(self, request: Request, path: str) -> str:
        """Put the real id of a personal bucket in the place of its alias: its clocks are the same."""
        bucket = self._personal.get(request.user or "", "default")
        return path.replace("/buckets/default", f"/buckets/{bucket}", 1)


def _inner(request: Request, ours: Response, reference: Response) -> list[tuple[Request, Response, Response]] | None:
    if request.path != "/v1/batch" or ours.status != 200 or reference.status != 200 or request.body is None:
        return None
    body = json.loads(request.body)
    answers = (ours.json["responses"], reference.json["responses"])
    if not len(body["requests"]) == len(answers[0]) == len(answers[1]):
        return None
    parts = [_merged(body.get("defaults") or {}, part) for part in body["requests"]]
    return [
        (_part(request, part), _response(mine), _response(theirs))
        for part, mine, theirs in zip(parts, *answers, strict=True)
    ]


def _merged(defaults: Any, part: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(defaults, dict) and isinstance(part, dict):
        return {**defaults, **{key: _merged(defaults.get(key), value) for key, value in part.items()}}
    return part


def _part(request: Request, part: dict[str, Any]) -> Request:
    path = str(part["path"])
    return replace(
        request,
        method=str(part.get("method", "GET")),
        path=path if path.startswith("/v1") else f"/v1{path}",
        headers={
            name: str(value) for name, value in {"In-Batch": 1, **request.headers, **part.get("headers", {})}.items()
        },
        body=json.dumps(part["body"]) if "body" in part else None,
    )


def _response(answer: dict[str, Any]) -> Response:
    """An answer in a batch as if it had come alone; its path is compared with the headers."""
    named = {name.lower(): str(value) for name, value in answer["headers"].items()}
    headers = {name: value for name, value in named.items() if name not in _OF_WHOLE_ANSWERS}
    return Response(answer["status"], headers | {"location": f"http://x{answer['path']}"}, _encoded(answer["body"]))


def _encoded(body: object) -> bytes:
    return b"" if body in ("", None) else json.dumps(body).encode()


def _parts_ways(found: Sequence[Difference], ours: Response, reference: Response) -> bool:
    """Tell whether a write may have left the two servers with different contents."""
    if not ours.ok and not reference.ok:
        return False
    if ours.ok != reference.ok:
        return True
    return any(
        difference.at == "body" or difference.at.startswith(("body.data", "body.permissions")) for difference in found
    )
