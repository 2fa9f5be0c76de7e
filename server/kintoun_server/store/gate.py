"""A gate that many pass at once, or one alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Gate:
    """Open until somebody has it alone; whoever comes then waits before it."""

    def __init__(self) -> None:
        self._alone = asyncio.Lock()
        self._inside = 0
        self._left = asyncio.Event()

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[None]:
        """Be inside together with others."""
        while self._alone.locked():
            async with self._alone:
                pass
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            self._left.set()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Wait until all have left, and be inside alone."""
        async with self._alone:
            while self._inside:
                self._left.clear()
                await self._left.wait()
            yield
