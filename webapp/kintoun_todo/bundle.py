"""The bundle: all scripts and sheets of the page in a few small files, made from them by the build hook.

Nothing but the standard library is imported here, as the build hook runs this too.
"""

import hashlib
from pathlib import Path

FOLDER = "bundle"
STAMP = f"{FOLDER}/.made-from"
START = "app/main.js"
# In the order in which they apply.
SHEETS = (
    "vendor/todomvc-app-css/index.css",
    *(f"css/{name}.css" for name in ("page", "bar", "tasks", "conflicts", "messages", "dialogs", "adaptations")),
)


def join_sheets(static: Path) -> None:
    """Write all sheets as one. They name no files, so their contents mean the same there."""
    (static / FOLDER / "page.css").write_text("\n".join((static / name).read_text() for name in SHEETS))


def digest_of_sources(static: Path) -> str:
    """Hash what a bundle is made from: whichever script or sheet changes, the digest does."""
    digest = hashlib.sha256()
    for path in sorted(static.rglob("*")):
        name = path.relative_to(static).as_posix()
        if path.suffix in {".css", ".js"} and not name.startswith(f"{FOLDER}/"):
            content = path.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def is_up_to_date(static: Path) -> bool:
    """Tell whether there is a bundle, made from the sources as they are now."""
    stamp = static / STAMP
    return stamp.is_file() and stamp.read_text() == digest_of_sources(static)
