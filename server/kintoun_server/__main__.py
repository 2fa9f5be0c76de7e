"""The commands: ``kintoun-server serve``, ``check``, ``create-user`` and ``flush``."""

import argparse
import asyncio
import dataclasses
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from kintoun_server import __version__, log
from kintoun_server.check import check
from kintoun_server.create_user import Order, create_user
from kintoun_server.flush import confirm, flush
from kintoun_server.serve import serve
from kintoun_server.settings import Settings, load_settings
from kintoun_server.start_error import StartError

_EPILOG = (
    "Every setting can also be given in the environment, as KINTOUN_<NAME>, or in the TOML file. The command line wins "
    "over the environment, and the environment over the file."
)
_INTERRUPTED = 130
_ORDER = tuple(field.name for field in dataclasses.fields(Order))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit status: 0 all well, 1 not possible, 2 wrong usage or wrong settings."""
    options = vars(_parser().parse_args(arguments))
    command, config = options.pop("command"), options.pop("config")
    confirmed = options.pop("yes", False)
    order = {name: options.pop(name) for name in _ORDER if name in options}
    try:
        settings = load_settings(options, config, os.environ)
        if command == "create-user":
            return _create_user(settings, Order(**order))
        if command == "flush":
            return _flush(settings, confirmed=confirmed)
        return _serve(settings) if command == "serve" else _check(settings)
    except StartError as error:
        log.STANDARD_ERROR.msg(f"kintoun-server: {' '.join(str(error).split())}")
        return error.exit_status
    except KeyboardInterrupt:
        return _INTERRUPTED


def _serve(settings: Settings) -> int:
    log.configure(settings.log_format, settings.log_level)
    asyncio.run(serve(settings, log.STANDARD_ERROR.msg))
    return 0


def _check(settings: Settings) -> int:
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    is_well = asyncio.run(check(settings, print))
    return 0 if is_well else 1


def _create_user(settings: Settings, order: Order) -> int:
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    asyncio.run(create_user(settings, order, print))
    return 0


def _flush(settings: Settings, *, confirmed: bool) -> int:
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    if not (confirmed or confirm(settings)):
        log.STANDARD_ERROR.msg("Nothing is erased.")
        return 1
    asyncio.run(flush(settings, print))
    return 0


def _parser() -> argparse.ArgumentParser:
    database = argparse.ArgumentParser(add_help=False)
    database.add_argument("--data", metavar="DIR", help="folder of the private database and of the secrets")
    database.add_argument("--mongodb-uri", metavar="URI", help="use this MongoDB, and start no private one")
    database.add_argument("--config", metavar="FILE", type=Path, help="TOML file with settings")
    parser = argparse.ArgumentParser(
        prog="kintoun-server", description="A sync-and-share server that speaks the Kinto HTTP API.", epilog=_EPILOG
    )
    parser.add_argument("--version", action="version", version=f"kintoun-server {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="{serve,check,create-user,flush}")
    serving = commands.add_parser("serve", parents=[database], help="serve the API", epilog=_EPILOG)
    serving.add_argument("--host", metavar="NAME", help="address to listen on (default: 127.0.0.1)")
    serving.add_argument("--port", metavar="NUMBER", help="port to listen on (default: 8888); 0 = any free one")
    commands.add_parser("check", parents=[database], help="tell whether the database is ready", epilog=_EPILOG)
    flushing = commands.add_parser("flush", parents=[database], help="erase everything", epilog=_EPILOG)
    flushing.add_argument("--yes", action="store_true", help="erase without a question")
    creating = commands.add_parser(
        "create-user", parents=[database], help="make an account, or give one a new password", epilog=_EPILOG
    )
    creating.add_argument("name", metavar="NAME", help="name of the account; it has no case")
    creating.add_argument("--password-file", metavar="PATH", type=Path, help="file whose first line is the password")
    creating.add_argument("--reset", action="store_true", help="give an account that exists a new password")
    return parser


if __name__ == "__main__":
    sys.exit(main())
