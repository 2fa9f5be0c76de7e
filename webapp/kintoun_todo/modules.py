"""Which modules a module needs: the one list behind the preload links of the page and what the service worker keeps."""

import posixpath
import re
from collections.abc import Callable

_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")


def reachable(start: str, read: Callable[[str], str | None]) -> list[str]:
    """Answer the paths of all modules that `start` imports, itself first, each once, in the order of a first visit.

    `read` answers the source of a path, or None where there is no such module.
    """
    found: dict[str, None] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop(0)
        source = read(path)
        if path in found or source is None:
            continue
        found[path] = None
        folder = posixpath.dirname(path)
        waiting += [posixpath.normpath(posixpath.join(folder, target)) for target in _IMPORT.findall(source)]
    return list(found)
