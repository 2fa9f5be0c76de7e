"""A network that fails as often as a plan says, and programs that end in the middle of an exchange."""

from collections.abc import Sequence

from kintoun_sync import Failure, Request, Response, Transport
from tests.faulty import Fault


class Killed(BaseException):
    """The program has ended: nothing that it would have done afterwards is done."""


class FlakyNetwork:
    """One device's way to the server; it outlives the device's program, as requests that are under way do.

    `plan` says for each of the next exchanges, from the first, what happens to it. With `killed_at` the program ends at
    that exchange, `after` the request has arrived or before.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._late: list[Request] = []
        self.behave()

    def behave(self, plan: Sequence[Fault] = (), killed_at: int = 0, *, after: bool = False) -> None:
        """Set what happens from now on; without arguments nothing bad."""
        self._plan = list(plan)
        self._killed_at = killed_at
        self._after = after
        self._count = 0

    def send(self, request: Request) -> Response | Failure:
        """Send a request, or not quite."""
        self._count += 1
        if self._count == self._killed_at:
            if self._after:
                self._transport.send(request)
            raise Killed
        return self._with(self._plan.pop(0) if self._plan else Fault.NONE, request)

    def _with(self, fault: Fault, request: Request) -> Response | Failure:
        if fault is Fault.LATE:
            self._late.append(request)
        if fault in (Fault.LATE, Fault.REQUEST_LOST):
            return Failure(str(fault))
        answer = self._transport.send(request)
        if fault is Fault.ANSWER_LOST:
            return Failure(str(fault))
        if fault is Fault.TWICE:
            answer = self._transport.send(request)
        while self._late:
            self._transport.send(self._late.pop(0))
        return answer

    def close(self) -> None:
        """End with the program; requests that are late still arrive."""
