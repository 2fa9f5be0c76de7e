"""Two thin shells around the engine: they do what its generators yield, and send them what comes of it."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from .engine.exchange import Effect, Failure, Reply, Request, Response, Steps, Wait
from .report import Progress, ProgressCallback

T = TypeVar("T")


class Transport(Protocol):
    """Sends one request and answers what came of it; it raises nothing."""

    def send(self, request: Request) -> Response | Failure:
        """Send it."""

    def close(self) -> None:
        """Close the connections."""


class AsyncTransport(Protocol):
    """The same for ``await``."""

    async def send(self, request: Request) -> Response | Failure:
        """Send it."""

    async def close(self) -> None:
        """Close the connections."""


class _Returned(Exception):
    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class Client:
    """Runs a part of the engine, and waits for it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def run(self, steps: Steps[T], progress: ProgressCallback | None = None) -> T:
        """Drive the generator to its end and answer what it returns; what it raises is raised."""
        reply: Reply = None
        try:
            while True:
                try:
                    effect = steps.send(reply)
                except StopIteration as end:
                    value: T = end.value
                    return value
                reply = self._do(effect, progress)
        finally:
            steps.close()

    def _do(self, effect: Effect, progress: ProgressCallback | None) -> Reply:
        match effect:
            case Request():
                return self._transport.send(effect)
            case Wait():
                time.sleep(effect.seconds)
            case Progress() if progress is not None:
                progress(effect)
        return None

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


class AsyncClient:
    """Runs a part of the engine without holding up the event loop; the steps, which use the file, run in a thread."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def run(self, steps: Steps[T], progress: ProgressCallback | None = None) -> T:
        """Drive the generator to its end and answer what it returns; what it raises is raised."""
        reply: Reply = None
        try:
            while True:
                try:
                    effect = await asyncio.to_thread(_advance, steps.send, reply)
                except _Returned as end:
                    value: T = end.value  # type: ignore[assignment] # what the generator of T returns
                    return value
                reply = await self._do(effect, progress)
        finally:
            steps.close()

    async def _do(self, effect: Effect, progress: ProgressCallback | None) -> Reply:
        match effect:
            case Request():
                return await self._transport.send(effect)
            case Wait():
                await asyncio.sleep(effect.seconds)
            case Progress() if progress is not None:
                progress(effect)
        return None

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()


def _advance(send: Callable[[Reply], Effect], reply: Reply) -> Effect:
    try:
        return send(reply)
    except StopIteration as end:
        raise _Returned(end.value) from None
