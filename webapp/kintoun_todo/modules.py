"""Which modules a module needs: the one list behind the preload links of the page and what the service worker keeps."""

import posixpath
import re
from collections.abc import Callable

_STATIC = re.compile(r"""(?:\bfrom|\bimport)\s*["'](\.{1,2}/[^"']+)["']""")
_DYNAMIC = re.compile(r"""\bimport\s*\(\s*["'](\.{1,2}/[^"']+)["']""")


def reachable(start: str, read: Callable[[str], str | None], *, later: bool) -> list[str]:
    """Answer the paths of all modules that `start` imports, itself first, each once, in the order of a first visit.

    `read` answers the source of a path, or None where there is no such module. With `later`, those that are loaded when
    they are needed (``import()``) are among them.
    """
    found: dict[str, None] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop(0)
        source = read(path)
        if path in found or source is None:
            continue
        found[path] = None
        targets = [*_STATIC.findall(source), *(_DYNAMIC.findall(source) if later else ())]
        waiting += [posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) for target in targets]
    return list(found)
