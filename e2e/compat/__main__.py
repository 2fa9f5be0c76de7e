"""`python -m e2e.compat`: the same requests to the real Kinto and to Kintoun, and what differs."""

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from e2e.compat.comparison import Difference
from e2e.compat.deliberate import Table
from e2e.compat.exchange import Request
from e2e.compat.generate.sequence import sequence
from e2e.compat.reduction import reduce
from e2e.compat.reference_server import ReferenceServer
from e2e.compat.report import Report
from e2e.compat.settings import OURS
from e2e.compat.side_by_side import Pair, Verdict
from e2e.servers import servers_on_mongod

Example = tuple[int, list[Request], Verdict]
"""A difference with the number of its sequence and the requests before it."""


def main() -> int:
    """Compare, print the table and the differences; 1 when a category has too many."""
    parser = argparse.ArgumentParser(prog="compat", description=__doc__)
    parser.add_argument("--reference", type=Path, required=True, help="the Python of an environment with Kinto")
    parser.add_argument("--requests", type=int, default=10_000, help="how many requests to compare at least")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other requests")
    parser.add_argument("--only", type=int, help="the number of one sequence, to look at it alone")
    parser.add_argument("--examples", type=int, default=8, help="how many differences to reduce and print")
    arguments = parser.parse_args()
    return asyncio.run(_compare(arguments))


async def _compare(arguments: argparse.Namespace) -> int:
    started = time.monotonic()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="compat-")))
        reference = ReferenceServer(folder / "reference", arguments.reference)
        stack.push_async_callback(reference.kill)
        (ours,), _ = await stack.enter_async_context(servers_on_mongod(folder, 1, **OURS))
        await reference.start()
        assert ours.url is not None
        pair = Pair(ours.url, reference.url, Table.load())
        stack.callback(pair.close)
        report = Report()
        examples = await _run(pair, report, arguments)
        _print(
            *report.lines(), f"{report.requests} requests in {time.monotonic() - started:.0f} s, seed {arguments.seed}"
        )
        for index, before, verdict in examples[: arguments.examples]:
            _print("", f"sequence {index}", *_lines_of(*await reduce(pair, before, verdict)))
        _print(
            *(f"{count} x {key}" for key, (_, count) in sorted(report.examples.items(), key=lambda item: -item[1][1]))
        )
    return int(report.failed)


async def _run(pair: Pair, report: Report, arguments: argparse.Namespace) -> list[Example]:
    examples: list[Example] = []
    index = arguments.only or 0
    while report.requests < arguments.requests and (arguments.only is None or index == arguments.only):
        await _run_sequence(pair, report, arguments.seed, index, examples)
        index += 1
    return examples


async def _run_sequence(pair: Pair, report: Report, seed: int, index: int, examples: list[Example]) -> None:
    running = await pair.start_sequence()
    world, requests = sequence(seed, index)
    before: list[Request] = []
    for request in requests:
        verdict = await running.send(request)
        if verdict is None:
            continue
        world.note(request, verdict.reference.status)
        if report.note(verdict):
            examples.append((index, list(before), verdict))
        before.append(request)
        if verdict.diverged:
            break


def _lines_of(before: list[Request], verdict: Verdict) -> list[str]:
    return [
        f"UNEXPLAINED ({verdict.request.category}): ours {verdict.ours.status}, reference {verdict.reference.status}",
        *(f"  {request}" for request in [*before, verdict.request]),
        *(f"    {difference}" for difference in _shortened(verdict.unexplained)),
        f"    ours:      {verdict.ours.body[:700]!r}",
        f"    reference: {verdict.reference.body[:700]!r}",
    ]


def _shortened(differences: object) -> list[Difference]:
    assert isinstance(differences, list)
    return list(differences[:6])


def _print(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201 - the table is what this program is for


if __name__ == "__main__":
    sys.exit(main())
