"""The adapter for applications that already hold a Motor client; needs the extra ``motor``."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient

from .mongo_driver import MongoDriver, client_options


def open_driver(uri: str, database: str, seconds: float) -> MongoDriver:
    """Open ``database`` at ``uri``; nothing is sent yet. ``seconds`` bounds the search for a primary."""
    return adapt(AsyncIOMotorClient(uri, **client_options(seconds)), database)


def adapt(client: "AsyncIOMotorClient[dict[str, Any]]", database: str) -> MongoDriver:
    """Use a Motor client that the application holds."""
    return MongoDriver(client, database, client.start_session)
