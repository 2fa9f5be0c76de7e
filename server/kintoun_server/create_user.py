"""The command ``create-user``: makes an account, or gives one a new password."""

import dataclasses
import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from pathlib import Path

from kintoun_server.database import Database, provide
from kintoun_server.domain.account_name import fold, principal
from kintoun_server.domain.accounts import password_in
from kintoun_server.domain.change import Change, Method
from kintoun_server.domain.kinds import ACCOUNT
from kintoun_server.domain.preconditions import Precondition
from kintoun_server.domain.principals import Caller
from kintoun_server.domain.refusals import Invalid, Missing, PreconditionFailed, Refusal
from kintoun_server.domain.uri import ListURI
from kintoun_server.embedded.data_folder import DataFolderInUseError
from kintoun_server.embedded.socket import MongodSocket
from kintoun_server.errors import Unavailable
from kintoun_server.passwords import Passwords
from kintoun_server.serve import in_brief, open_database
from kintoun_server.settings import Settings
from kintoun_server.start_error import StartError

Say = Callable[[str], None]


class AccountError(StartError):
    """The account cannot be made or changed; the text is one line for the operator, without the password."""


@dataclasses.dataclass(frozen=True, slots=True)
class Order:
    """What is to be done: ``reset`` gives an account that exists a new password, else a new account is made.

    The password is asked for at the terminal, or it is the first line of ``password_file``, or of standard input where
    that is no terminal.
    """

    name: str
    reset: bool = False
    password_file: Path | None = None


async def create_user(settings: Settings, order: Order, say: Say) -> None:
    """Make the account, or give it a new password, and say so; raises StartError.

    A private mongod runs for that long, unless a server runs on the data folder: then its mongod is used.
    """
    name = fold(order.name)
    if not ACCOUNT.is_id(name):
        raise AccountError(
            f"{order.name!r} cannot be the name of an account: it has letters and digits of ASCII and . + @ _ -, begins"
            " with a letter or a digit, and has at most 255 characters."
        )
    password = _checked(_password(order), settings.account_min_password_length)
    change = Change(
        method=Method.PATCH if order.reset else Method.PUT,
        id=name,
        caller=Caller(principal(name)),
        data={},
        precondition=Precondition(if_none_match=None if order.reset else "*"),
        secret=await Passwords().hash(password),
        granted=True,
    )
    async with AsyncExitStack() as stack:
        await _make(await _database(settings, stack), change)
    say(f"The account {name} has a new password." if order.reset else f"The account {name} is created.")


async def _database(settings: Settings, stack: AsyncExitStack) -> Database:
    try:
        database = await stack.enter_async_context(provide(settings, lambda _: None))
    except DataFolderInUseError:
        uri = stack.enter_context(closing(MongodSocket(settings.data))).uri
        return Database(uri, settings, str(settings.data))
    if database.uri is None:
        raise AccountError("No mongod was found, and an account in the memory of this command would end with it.")
    return database


async def _make(database: Database, change: Change) -> None:
    store = await open_database(database)
    try:
        (answer,) = await store.writer.change(ListURI(ACCOUNT), [change])
    except Unavailable as error:
        raise AccountError(f"The database does not answer: {in_brief(error)}.") from error
    finally:
        await store.close()
    if isinstance(answer, Refusal):
        raise _refused(answer, change.id)


def _refused(answer: Refusal, name: str) -> AccountError:
    match answer:
        case PreconditionFailed():
            return AccountError(f"The account {name} exists already: --reset gives it a new password.")
        case Missing():
            return AccountError(f"There is no account {name}: without --reset it is created.")
        case _:
            return AccountError(f"The account {name} cannot be written: {str(answer) or type(answer).__name__}.")


def _password(order: Order) -> str:
    if order.password_file:
        with _legible(str(order.password_file)):
            return _first_line(order.password_file.read_bytes())
    if not sys.stdin.isatty():
        with _legible("standard input"):
            return _first_line(sys.stdin.buffer.readline())
    with _legible("the terminal"):
        password = _first_line(getpass.getpass(f"Password of {fold(order.name)}: ").encode())
    if getpass.getpass("The same again: ") != password:
        raise AccountError("The two passwords are not the same.")
    return password


@contextmanager
def _legible(source: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise AccountError(f"The password cannot be read from {source}: {error.strerror}.") from error
    except ValueError as error:
        raise AccountError(f"The password in {source} is not UTF-8.") from error


def _first_line(content: bytes) -> str:
    return content.decode().partition("\n")[0].removesuffix("\r")


def _checked(password: str, min_length: int) -> str:
    try:
        return password_in(password, min_length)
    except Invalid as fault:
        raise AccountError(f"The password {fault}.") from fault
