"""What the generator believes to be there, so that most of its requests hit something."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from e2e.compat.exchange import Request
from e2e.compat.people import BASIC

NAMES = ("red", "blue", "Green-1", "k_2", "x")
"""Ids that are chosen again and again."""


@dataclass(slots=True)
class Known:
    """An object that was made: its address below the version, and the requests whose answers hold its timestamp."""

    uri: str
    kind: str
    numbers: list[int] = field(default_factory=list)
    alive: bool = True


class World:
    """The objects of one sequence, the dice, and the numbers of the requests."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)  # noqa: S311 - the same requests for the same seed, nothing secret
        self.known: dict[str, Known] = {}
        self.lists: dict[str, list[int]] = {}
        """The numbers of requests whose answers hold the timestamp of a list, by its address."""
        self.pages: list[tuple[int, str, str | None]] = []
        """Requests that may have a next page: number, method and user."""
        self.accounts: set[str] = set()
        self._count = 0

    def request(  # noqa: PLR0913 - a request has so many parts
        self,
        category: str,
        method: str,
        path: str,
        *,
        user: str | None = "alice",
        body: object = None,
        text: str | None = None,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = "application/json",
    ) -> Request:
        """Make the next request: ``path`` below the version, ``body`` as JSON or ``text`` as it stands."""
        self._count += 1
        sent = json.dumps(body) if body is not None else text
        given = dict(headers or {})
        if sent is not None and media_type is not None:
            given.setdefault("Content-Type", media_type)
        return Request(
            number=self._count,
            category=category,
            method=method,
            path=path if path.startswith("<<next:") else _versioned(path),
            user=user,
            headers=given,
            body=sent,
        )

    def forget(self, request: Request) -> None:
        """Take back the number of a request that is sent as part of another one; only the newest can be."""
        assert request.number == self._count
        self._count -= 1

    def note(self, request: Request, status: int) -> None:
        """Learn from the status that the servers answered."""
        uri = request.path.removeprefix("/v1").partition("?")[0]
        parts = uri.strip("/").split("/")
        if status >= 400 or request.path.startswith("/v1/batch"):
            return
        if parts[0] == "accounts":
            self._note_account(request, parts)
        elif len(parts) % 2:
            self._note_list(request, uri, parts[-1])
        elif request.method == "DELETE":
            self._note_deletion(request, uri)
        else:
            known = self.known.setdefault(uri, Known(uri, parts[-2].removesuffix("s")))
            known.alive = True
            known.numbers.append(request.number)

    def _note_list(self, request: Request, uri: str, plural: str) -> None:
        if plural not in {"buckets", "groups", "collections", "records"}:
            return
        if request.method == "POST":
            made = f"{uri}/<<id:{request.number}>>"
            self.known[made] = Known(made, plural.removesuffix("s"), [request.number])
        elif "_fields" not in request.path:
            self.lists.setdefault(uri, []).append(request.number)
        if "_limit" in request.path and request.method in {"GET", "DELETE"}:
            self.pages.append((request.number, request.method, request.user))

    def _note_account(self, request: Request, parts: Sequence[str]) -> None:
        if len(parts) == 2 and request.method == "PUT":
            self.accounts.add(parts[1])
        elif len(parts) == 2 and request.method == "DELETE":
            self.accounts.discard(parts[1])

    def _note_deletion(self, request: Request, uri: str) -> None:
        if uri in self.known:
            self.known[uri].numbers.append(request.number)
        for known in self.known.values():
            if known.uri == uri or known.uri.startswith(f"{uri}/"):
                known.alive = False

    def chance(self, share: float) -> bool:
        """Throw the dice."""
        return self.random.random() < share

    def pick(self, choices: Sequence[Any]) -> Any:  # noqa: ANN401 - one of what is given
        """Take one of several."""
        return self.random.choice(choices)

    def some(self, kind: str) -> str:
        """The address of an object of this kind: mostly one that is there, sometimes a deleted or unknown one."""
        alive = [known.uri for known in self.known.values() if known.kind == kind and known.alive]
        dead = [known.uri for known in self.known.values() if known.kind == kind and not known.alive]
        if alive and self.chance(0.88):
            return str(self.pick(alive))
        if dead and self.chance(0.5):
            return str(self.pick(dead))
        return f"{self.list_of(kind)}/{self.pick(NAMES)}"

    def list_of(self, kind: str) -> str:
        """The address of a list of this kind."""
        if kind == "bucket":
            return "/buckets"
        parent = self.some("collection" if kind == "record" else "bucket")
        return f"{parent}/{kind}s"

    def one_of(self, list_uri: str) -> str:
        """The address of an object of this list, which was there at some time."""
        depth = list_uri.count("/") + 1
        found = [uri for uri in self.known if uri.startswith(f"{list_uri}/") and uri.count("/") == depth]
        return str(self.pick(found)) if found else list_uri

    def kind(self) -> str:
        """A kind of object, records above all."""
        return str(self.random.choices(("record", "collection", "group", "bucket"), weights=(6, 2, 2, 1))[0])

    def user(self) -> str | None:
        """Someone: mostly Alice, to whom most things belong."""
        others = [*BASIC, None, *sorted(self.accounts)]
        return "alice" if self.chance(0.6) else self.pick(others)

    def stamp(self, uri: str) -> int | None:
        """The number of a request whose answer holds a timestamp of this object or list, the newest ones above all."""
        numbers = self.known[uri].numbers if uri in self.known else self.lists.get(uri, [])
        if not numbers:
            return None
        return numbers[-1] if self.chance(0.65) else int(self.pick(numbers))


def _versioned(path: str) -> str:
    return path[1:] if path.startswith("!") else f"/v1{path}"
