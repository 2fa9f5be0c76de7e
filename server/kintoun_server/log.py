"""The log: lines of ours and of libraries go through one pipeline of structlog to standard error."""

import contextlib
import json
import logging
import os
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from kintoun_server import trace


class _StandardError:
    """Standard error, where nobody may read any more: what cannot be written is dropped, and the server goes on."""

    def write(self, text: str) -> None:
        # It keeps nothing back after the end of a line.
        try:
            sys.stderr.write(text)
        except BrokenPipeError:
            _let_go()
        except OSError:
            pass

    def msg(self, line: str) -> None:
        """Write a line."""
        self.write(f"{line}\n")

    info = warning = error = msg

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            sys.stderr.flush()


def _let_go() -> None:
    """Write nowhere from now on: what Python itself says when it ends would make its exit status 120."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stderr.fileno())
    os.close(nowhere)


STANDARD_ERROR = _StandardError()
"""Where the log goes, and what is said to the operator."""


def configure(log_format: str | None, log_level: str) -> None:
    """Write lines from ``log_level`` on as ``console`` or as ``json``; None is ``console`` where a terminal reads."""
    is_terminal = sys.stderr.isatty()
    chosen = log_format or ("console" if is_terminal else "json")
    level = logging.getLevelNamesMapping()[log_level.upper()]
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    rendering = _rendering(chosen, colors=is_terminal)
    structlog.configure(
        processors=[structlog.processors.add_log_level, stamp, *rendering],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: STANDARD_ERROR,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(STANDARD_ERROR)
    handler.setFormatter(_foreign(stamp, rendering))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Below a warning it tells of clients that speak no HTTP, with their addresses.
    logging.getLogger("tornado.general").setLevel(max(level, logging.WARNING))


def _rendering(log_format: str, *, colors: bool) -> list[Processor]:
    if log_format == "console":
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain, sort_keys=False)]
    encoder = json.JSONEncoder(separators=(",", ":"), default=str)
    return [structlog.processors.format_exc_info, lambda _, __, event: encoder.encode(event)]


def _foreign(stamp: Processor, rendering: list[Processor]) -> logging.Formatter:
    """Format what comes by the logging of the standard library: from our own modules, Tornado, asyncio and PyMongo."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, structlog.stdlib.add_log_level, stamp, _add_request_id],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
    )


def _add_request_id(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if (request_id := trace.current_id()) is not None:
        event["request_id"] = request_id
    return event
