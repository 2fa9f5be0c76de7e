"""One process of a test: started, watched by what it writes, and ended by its own id."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

_START_SECONDS = 30.0
_STOP_SECONDS = 15.0


async def wait_until(condition: Callable[[], Awaitable[bool]], what: str, seconds: float = _START_SECONDS) -> float:
    """Wait for a condition, asked again every 20 ms; return the seconds that it took, TimeoutError after `seconds`."""
    started = time.monotonic()
    while not await condition():
        if time.monotonic() - started > seconds:
            raise TimeoutError(f"not within {seconds} s: {what}")
        await asyncio.sleep(0.02)
    return time.monotonic() - started


class Program:
    """One process at a time of one command line, its output in one file for each start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._starts = 0

    @property
    def log(self) -> str:
        """What the process has written since it was started last."""
        return self._log_file.read_text(errors="replace")

    @property
    def _log_file(self) -> Path:
        return self.folder / f"output-{self._starts}.log"

    async def _spawn(self, *command: str, environ: dict[str, str] | None = None) -> None:
        self._starts += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._log_file.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, env=environ
            )

    def _check_alive(self) -> None:
        if self._process is None or self._process.returncode is not None:
            raise RuntimeError(f"the process has ended by itself; its last words:\n{self.log[-4000:]}")

    def send(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        self._check_alive()
        assert self._process is not None
        self._process.send_signal(number)

    async def kill(self) -> None:
        """End the process with SIGKILL and wait until it is gone."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> None:
        """End the process with SIGTERM; RuntimeError when it does not leave with exit code 0 within 15 s."""
        self.send(signal.SIGTERM)
        assert self._process is not None
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                code = await self._process.wait()
        except TimeoutError:
            await self.kill()
            raise RuntimeError(
                f"still there {_STOP_SECONDS} s after SIGTERM; last words:\n{self.log[-4000:]}"
            ) from None
        if code != 0:
            raise RuntimeError(f"exit code {code} after SIGTERM; last words:\n{self.log[-4000:]}")
