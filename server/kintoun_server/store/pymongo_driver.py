"""The default adapter: PyMongo's own asynchronous client."""

from pymongo import AsyncMongoClient

from .driver import Document
from .mongo_driver import MongoDriver, client_options


def open_driver(uri: str, database: str, seconds: float) -> MongoDriver:
    """Open ``database`` at ``uri``; nothing is sent yet. ``seconds`` bounds the search for a primary."""
    client: AsyncMongoClient[Document] = AsyncMongoClient(uri, **client_options(seconds))
    return MongoDriver(client, database, client.start_session)
