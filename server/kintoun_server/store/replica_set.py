"""The one-member replica set of the embedded mongod: transactions need a replica set."""

import asyncio

from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure, PyMongoError

NAME = "rs0"

_PAUSE = 0.02
_ALREADY_INITIALIZED = 23


class ReplicaSetError(Exception):
    """The node does not take writes; the text is one line for the operator."""


async def make_primary(uri: str, member: str, *, patience: float) -> None:
    """Wait until the node takes writes, and make it the only member of a new set when it belongs to none.

    ``member`` is its address in the configuration of the set, which the node must know as its own; ``patience`` is in
    seconds. Raises ReplicaSetError.
    """
    try:
        async with asyncio.timeout(patience), AsyncMongoClient[dict[str, object]](uri) as client:
            while not (state := await client.admin.command("hello"))["isWritablePrimary"]:
                if "setName" not in state:
                    await _initiate(client, member)
                await asyncio.sleep(_PAUSE)
    except TimeoutError as error:
        raise ReplicaSetError(f"it did not become primary within {patience:.0f} seconds") from error
    except PyMongoError as error:
        raise ReplicaSetError(str(error).partition(", full error")[0]) from error


async def _initiate(client: AsyncMongoClient[dict[str, object]], member: str) -> None:
    configuration = {"_id": NAME, "members": [{"_id": 0, "host": member}]}
    try:
        await client.admin.command("replSetInitiate", configuration)
    except OperationFailure as error:
        if (
            error.code != _ALREADY_INITIALIZED
        ):  # it had not read its own configuration yet when it said that it has none
            raise
