"""A network that fails once, or from some moment on, in each way that networks have."""

from enum import StrEnum

from kintoun_sync import Failure, Request, Response
from kintoun_sync.transport import HttpTransport


class Fault(StrEnum):
    """What happens to one exchange."""

    NONE = "none"
    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost"
    TWICE = "twice"
    LATE = "late"
    """No answer comes, and the request arrives after the next one."""


class FaultyTransport:
    """Sends all requests to the server but the n-th, counted from 1, which it treats as the fault says.

    With `lasting` it treats all from the n-th on so, until it is mended.
    """

    def __init__(
        self, server: str, user: str, fault: Fault = Fault.NONE, at: int = 0, *, lasting: bool = False
    ) -> None:
        self._transport = HttpTransport(server, (user, "long-secret"))
        self._fault = fault
        self._at = at
        self._lasting = lasting
        self._late: Request | None = None
        self.count = 0

    def send(self, request: Request) -> Response | Failure:
        """Send a request, or not quite."""
        self.count += 1
        if self.count == self._at or (self._lasting and self.count > self._at):
            return self._fail(request)
        answer = self._transport.send(request)
        if self._late is not None:
            self._transport.send(self._late)
            self._late = None
        return answer

    def _fail(self, request: Request) -> Response | Failure:
        if self._fault is Fault.LATE:
            self._late = request
        if self._fault in (Fault.TWICE, Fault.ANSWER_LOST, Fault.NONE):
            answer = self._transport.send(request)
            if self._fault is Fault.NONE:
                return answer
        return self._transport.send(request) if self._fault is Fault.TWICE else Failure(str(self._fault))

    def mend(self) -> None:
        """Be a good network from now on."""
        self._fault = Fault.NONE

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()
