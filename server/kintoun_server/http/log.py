"""One line in the log for each answer that is the server's fault; what clients do wrong is told to them alone."""

import logging

from tornado.web import RequestHandler

from kintoun_server import errors

from .handler import APIHandler

_logger = logging.getLogger(__name__)


def log_failure(handler: RequestHandler) -> None:
    """Log a 5xx with its route and its reason: no address, id or query, which are people's own."""
    status = handler.get_status()
    if status < errors.UNEXPECTED.status or not isinstance(handler, APIHandler):
        return
    request = handler.request
    seconds = request.request_time()
    _logger.error("%d %s %s after %.1f s: %s", status, request.method, handler.route, seconds, handler.failure)
