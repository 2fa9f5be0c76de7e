"""The shortest run of requests that still shows a difference: what a person wants to see of it."""

from collections.abc import Sequence

from e2e.compat.exchange import Request
from e2e.compat.report import signature
from e2e.compat.side_by_side import Pair, Verdict


async def reduce(pair: Pair, before: Sequence[Request], verdict: Verdict) -> tuple[list[Request], Verdict]:
    """Leave out of what came before a verdict all that its difference does not need; the last verdict comes too."""
    kept = [request for request in before if request.writes]
    wanted = signature(verdict)
    shown = await _replay(pair, kept, verdict.request)
    if shown is None or signature_of(shown) != wanted:
        return list(before), verdict
    size = max(1, len(kept) // 2)
    while True:
        start = 0
        while start < len(kept):
            fewer = kept[:start] + kept[start + size :]
            found = await _replay(pair, fewer, verdict.request)
            if found is not None and signature_of(found) == wanted:
                kept, shown = fewer, found
            else:
                start += size
        if size == 1:
            return kept, shown
        size = max(1, size // 2)


def signature_of(verdict: Verdict) -> str:
    """The signature of a verdict, empty when nothing is unexplained."""
    return signature(verdict) if verdict.unexplained else ""


async def _replay(pair: Pair, before: Sequence[Request], last: Request) -> Verdict | None:
    sequence = await pair.start_sequence()
    for request in before:
        await sequence.send(request)
    return await sequence.send(last)
