"""One line in the log for each request: no body, address, id or query, which are people's own."""

import structlog
from tornado.web import RequestHandler

from kintoun_server import errors

from .handler import APIHandler

_log = structlog.get_logger()


def log_request(handler: RequestHandler) -> None:
    """Log a request that has been answered; one that failed by a fault of ours is an error, and has its reason.

    A method that HTTP does not know is logged as ``OTHER``: it may be anything that a client makes up.
    """
    if not isinstance(handler, APIHandler):
        return
    request, trace, status = handler.request, handler.trace, handler.get_status()
    line: dict[str, str | int | float | None] = {
        "request_id": trace.request_id,
        "user": handler.caller.user_id,
        "method": request.method if request.method in handler.SUPPORTED_METHODS else "OTHER",
        "route": handler.route,
        "status": status,
        "milliseconds": round(request.request_time() * 1000, 1),
        "round_trips": trace.round_trips,
        "bytes": int(handler.answer_headers.get("Content-Length", 0)),
    }
    if trace.part is not None:
        line["part"] = trace.part
    if handler.errno is not None:
        line["errno"] = handler.errno
    if status >= errors.UNEXPECTED.status:
        _log.error("request", reason=handler.failure, **line)
    else:
        _log.info("request", **line)
