"""The table of deliberate differences: which of them explains a difference that was found."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from e2e.compat.comparison import Difference
from e2e.compat.exchange import Request, Response

_OUR_FAULT = 500
"""From this status on nothing explains our answer."""
_TABLE = Path(__file__).parent / "deliberate.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliberate:
    """One matcher of a deliberate difference, which docs/reference/protocol.md describes under the same ``id``.

    ``at`` are regular expressions for places such as `status` or `body.data.n`; ``method``, ``user``, ``path``,
    ``headers`` (as lines) and ``body`` are searched in the request, ``ours`` and ``reference`` in the two values;
    ``answers`` are pairs of statuses, ours first. What is not given matches everything; without ``at`` a row explains
    nothing.
    """

    id: str
    at: Sequence[str] = ()
    mapped: bool = False
    """Whether the comparison maps it away, so that it is never counted as a difference."""
    harmless: bool = False
    """Whether both servers hold the same after it, so that the sequence goes on."""
    method: str = ""
    user: str = ""
    path: str = ""
    headers: str = ""
    body: str = ""
    ours: str = ""
    reference: str = ""
    answers: Sequence[Sequence[int]] = field(default_factory=list)

    def explains(self, difference: Difference, request: Request, statuses: tuple[int, int]) -> bool:
        """Tell whether this row is the reason of a difference."""
        headers = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
        return (
            any(re.fullmatch(place, difference.at) for place in self.at)
            and (not self.answers or list(statuses) in [list(pair) for pair in self.answers])
            and all(
                re.search(pattern, text, re.DOTALL)
                for pattern, text in (
                    (self.method, request.method),
                    (self.user, request.user or "nobody"),
                    (self.path, request.path),
                    (self.headers, headers),
                    (self.body, request.body or ""),
                    (self.ours, str(difference.ours)),
                    (self.reference, str(difference.reference)),
                )
            )
        )


class Table:
    """All rows."""

    def __init__(self, rows: Sequence[Deliberate]) -> None:
        self.rows = rows

    @classmethod
    def load(cls, file: Path = _TABLE) -> "Table":
        """Read the table."""
        entries: list[Mapping[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8")).get("difference", [])
        rows = [Deliberate(**entry) for entry in entries]
        return cls(rows)

    def explain(
        self, found: Sequence[Difference], request: Request, ours: Response, reference: Response
    ) -> tuple[set[str], list[Difference], list[Difference]]:
        """Answer the ids of the rows that explain differences, those that none explains, and those that may do harm."""
        ids: set[str] = set()
        rest: list[Difference] = []
        harmful: list[Difference] = []
        for difference in found:
            statuses = (ours.status, reference.status)
            rows = self.rows if ours.status < _OUR_FAULT else ()
            row = next((row for row in rows if row.explains(difference, request, statuses)), None)
            if row is None:
                rest.append(difference)
            else:
                ids.add(row.id)
            if row is None or not row.harmless:
                harmful.append(difference)
        return ids, rest, harmful
