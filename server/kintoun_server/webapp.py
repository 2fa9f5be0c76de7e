"""The web app, where its package is installed: ``kintoun_todo``, which knows nothing of this one."""

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import Any, TypeAlias

from kintoun_server.settings import Settings

PACKAGE = "kintoun_todo"
Rules: TypeAlias = Sequence[Any]
"""Rules of Tornado, or tuples of what they are made of."""


def find_webapp(settings: Settings) -> Callable[[Any], Rules] | None:
    """Find what makes the rules of the web app of an API; None where it is switched off or not installed."""
    if not settings.webapp_enabled:
        return None
    try:
        package = import_module(PACKAGE)
    except ModuleNotFoundError as error:
        if error.name != PACKAGE:
            raise
        return None
    make_rules: Callable[..., Rules] | None = getattr(package, "make_rules", None)
    return make_rules and partial(make_rules, service_worker=settings.webapp_service_worker_enabled)
