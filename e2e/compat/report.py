"""What the comparison found: a table by category, the rows of deliberate differences that it met, and reproductions."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from e2e.compat.side_by_side import Verdict

ALLOWED = 0.01
"""The share of unexplained differences in one category above which the comparison fails."""


@dataclass(slots=True)
class Tally:
    """The requests of one category."""

    equal: int = 0
    explained: int = 0
    unexplained: int = 0

    @property
    def requests(self) -> int:
        """All of them."""
        return self.equal + self.explained + self.unexplained

    @property
    def failed(self) -> bool:
        """Whether too many answers differ for no reason that is written down."""
        return self.unexplained > ALLOWED * self.requests


@dataclass(slots=True)
class Report:
    """The tallies, and one example of each sort of unexplained difference."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    met: Counter[str] = field(default_factory=Counter)
    """How many requests each row of the table explained."""
    statuses: Counter[int] = field(default_factory=Counter)
    """How often the reference answered with each status."""
    examples: dict[str, tuple[Verdict, int]] = field(default_factory=dict)
    """By the places that differ: the first verdict, and how many there were."""

    def note(self, verdict: Verdict) -> bool:
        """Count a verdict; tell whether it is the first with these unexplained differences."""
        tally = self.tallies.setdefault(verdict.request.category, Tally())
        self.met.update(verdict.explained)
        self.statuses[verdict.reference.status] += 1
        if not verdict.unexplained:
            tally.explained += bool(verdict.explained)
            tally.equal += not verdict.explained
            return False
        tally.unexplained += 1
        key = signature(verdict)
        first, count = self.examples.get(key, (verdict, 0))
        self.examples[key] = (first, count + 1)
        return count == 0

    @property
    def requests(self) -> int:
        """All requests that were compared."""
        return sum(tally.requests for tally in self.tallies.values())

    @property
    def failed(self) -> bool:
        """Whether any category has failed."""
        return any(tally.failed for tally in self.tallies.values())

    def lines(self) -> Iterator[str]:
        """The table, in Markdown."""
        yield "| category | requests | equal | explained | unexplained | equal or explained |"
        yield "| --- | ---: | ---: | ---: | ---: | ---: |"
        total = Tally()
        for name, tally in sorted(self.tallies.items()):
            total.equal += tally.equal
            total.explained += tally.explained
            total.unexplained += tally.unexplained
            yield _row(name, tally)
        yield _row("**all**", total)
        yield ""
        yield "Answers of the reference by status: " + ", ".join(
            f"{status}: {count}" for status, count in sorted(self.statuses.items())
        )
        yield "Deliberate differences met: " + (
            ", ".join(f"{name} {n}" for name, n in self.met.most_common()) or "none"
        )


def signature(verdict: Verdict) -> str:
    """What is alike in differences of one sort: the method, the statuses and the first place."""
    first = verdict.unexplained[0]
    values = re.sub(r"\d{6,}", "#", f"{first.ours!s:.40} | {first.reference!s:.40}")
    place = re.sub(r"\d+", "#", first.at)
    return f"{verdict.request.category} {verdict.ours.status}/{verdict.reference.status} {place}: {values}"


def _row(name: str, tally: Tally) -> str:
    share = 1 - tally.unexplained / tally.requests if tally.requests else 1
    return (
        f"| {name} | {tally.requests} | {tally.equal} | {tally.explained} | {tally.unexplained} | {share:.2%}"
        f"{' (fails)' if tally.failed else ''} |"
    )
