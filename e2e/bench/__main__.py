"""Measures side by side in one run: `nox -s bench`. Prints figures and ratios; nothing here passes or fails."""

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from e2e.bench import browsing, shared, sign_in, synchronise
from e2e.bench.load import Figures, Target, run
from e2e.bench.workloads import WORKLOADS, Workload, prepare
from e2e.compat.reference_server import ReferenceServer
from e2e.mongod import Mongod
from e2e.program import Program, wait_until
from e2e.servers import Server

_BARE = re.compile(r"Bare serves (http://\S+)")
QUIET = {"log_level": "warning"}
OURS, REFERENCE, BARE = "Kintoun", "Kinto in memory", "bare Tornado"


class Bare(Program):
    """The bare handler as a process."""

    async def start(self, uri: str) -> str:
        """Start it, and answer its address."""
        await self._spawn(sys.executable, "-m", "e2e.bench.bare", uri)
        await wait_until(self._serves, "the bare handler says its address")
        return self._address()

    def _address(self) -> str:
        found = _BARE.search(self.log)
        return found[1] if found else ""

    async def _serves(self) -> bool:
        self._check_alive()
        return bool(self._address())


def say(line: str = "") -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def throughput(targets: Mapping[str, Target], options: argparse.Namespace) -> None:
    """Run each workload on each server that has it, one after another, in rounds."""
    say(f"## Requests per second, {options.clients} clients, {options.seconds:g} s each, median time in ms")
    say(f"| workload | {' | '.join(targets)} | ratio |")
    say(f"| --- | {' | '.join('---' for _ in targets)} | --- |")
    for workload in WORKLOADS:
        found = {
            name: await _figures(target, workload, options)
            for name, target in targets.items()
            if name != BARE or workload is WORKLOADS[0]
        }
        others = [name for name in found if name != OURS]
        ratios = [f"{found[OURS].rate / found[name].rate:.2f} of {name}" for name in others]
        cells = [_cell(found[name]) if name in found else "" for name in targets]
        say(f"| {workload.name} | {' | '.join(cells)} | {', '.join(ratios)} |")


async def _figures(target: Target, workload: Workload, options: argparse.Namespace) -> Figures:
    await run(target, lambda number: workload.make(target, number), options.clients, options.seconds / 10)
    return await run(target, lambda number: workload.make(target, number), options.clients, options.seconds)


def _cell(figures: Figures) -> str:
    bad = {status: count for status, count in figures.statuses.items() if status >= 400}
    return f"{figures.rate:,.0f}/s, {figures.median_ms:.1f} ms{f' {bad}' if bad else ''}"


async def signing_in(target: Target, count: int) -> None:
    """Tell the times of signing in, and how far they are apart."""
    found = await sign_in.measure(target, count)
    say(f"\n## First request of someone, {count} people of each sort, median in ms")
    for sort, median in found.items():
        say(f"{sort}: {median:.2f} ms")
    apart = abs(found[sign_in.WRONG] / found[sign_in.UNKNOWN] - 1)
    say(f"known and unknown names are apart by {100 * apart:.1f} % (below 10 % is wanted)")


async def sharing(target: Target, sizes: list[int]) -> None:
    """Tell the times of reading what is shared among more and more."""
    say(f"\n## Shared with me: {shared.SHARED} records among others, median in ms")
    first: dict[str, float] = {}
    async for size, found in shared.measure(target, sizes):
        first = first or found
        parts = [f"{path}: {median:.2f} ms ({median / first[path]:.2f})" for path, median in found.items()]
        say(f"{size:,}: {'; '.join(parts)}")


async def synchronising(targets: Mapping[str, Target], sizes: list[int]) -> None:
    """Tell how long a first sync and a sync of one change take, and how much memory."""
    say("\n## A collection comes to a device (the best of 3): kintoun-sync into its file, kinto-http into a list")
    say("| server | program | records | first sync | one change | peak memory |")
    say("| --- | --- | --- | --- | --- | --- |")
    for name, target in targets.items():
        async for found in synchronise.measure(target, sizes):
            times = f"{1000 * found.first_seconds:,.0f} ms | {1000 * found.one_seconds:.1f} ms"
            say(f"| {name} | {found.program} | {found.records:,} | {times} | {found.peak_mib:.1f} MiB |")


def browsing_figures() -> None:
    """Tell what the web app costs in a browser."""
    say(f"\n## The web app in a browser, the median of {browsing.ROUNDS}")
    say("| what | found | wanted |")
    say("| --- | --- | --- |")
    for figure in browsing.measure():
        say(f"| {figure.what} | {figure.found} | {figure.wanted} |")


async def main(options: argparse.Namespace) -> None:
    """Start the servers, measure, and end them, whatever happens."""
    with tempfile.TemporaryDirectory() as folder:
        mongod = Mongod(Path(folder, "mongod"))
        ours = Server(Path(folder, "ours"), None, QUIET)
        strict = Server(Path(folder, "strict"), None, {**QUIET, "multiauth_policies": "account"})
        bare = Bare(Path(folder, "bare"))
        reference = ReferenceServer(Path(folder, "reference"), options.reference) if options.reference else None
        try:
            await mongod.start()
            await ours.start()
            targets = {OURS: Target(str(ours.url))}
            if reference:
                await reference.start()
                targets[REFERENCE] = Target(f"{reference.url}/v1")
            for target in targets.values():
                await prepare(target)
            await throughput({**targets, BARE: Target(await bare.start(mongod.uri))}, options)
            await synchronising(targets, [int(size) for size in options.synchronised.split(",")])
            await strict.start()
            await signing_in(Target(str(strict.url)), options.people)
            await sharing(targets[OURS], [int(size) for size in options.sizes.split(",")])
        finally:
            for program in (bare, reference, ours, strict, mongod):
                if program:
                    await program.kill()


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="nox -s bench --", description=__doc__)
    parser.add_argument("--reference", type=Path, help="the Python of an environment that has Kinto")
    parser.add_argument("--seconds", type=float, default=5.0, help="seconds for each figure (default: 5)")
    parser.add_argument("--clients", type=int, default=16, help="clients at the same time (default: 16)")
    parser.add_argument("--people", type=int, default=200, help="people of each sort who sign in (default: 200)")
    parser.add_argument("--sizes", default="1000,10000,100000", help="records among which some are shared")
    parser.add_argument("--synchronised", default="1000,10000", help="records that come to a device")
    parser.add_argument("--browser-only", action="store_true", help="only the web app in a browser")
    return parser.parse_args()


if __name__ == "__main__":
    chosen = options()
    if not chosen.browser_only:
        asyncio.run(main(chosen))
    browsing_figures()
