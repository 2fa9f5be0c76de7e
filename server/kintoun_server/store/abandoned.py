"""Ending transactions whose server process is gone.

MongoDB keeps an open transaction, and its locks, for up to a minute after its client died or gave up on it, and every
other write of the same list waits for it: measured 89 s, and 1.3 s with this. A transaction of ours never rests for
long, so one that does was abandoned. If it was not, its owner starts it again.
"""

import logging
from typing import Any, TypeAlias

from pymongo.errors import PyMongoError

APP_NAME = "kintoun"
"""The name under which our connections, and so our transactions, are known to the database."""
RESTED_SECONDS = 1.5

_Client: TypeAlias = Any
"""A client of PyMongo or of Motor."""
_logger = logging.getLogger(__name__)


async def end_abandoned(client: _Client) -> None:
    """End the transactions of Kintoun that have rested for 1.5 s; one that cannot be ended is left to the database."""
    rested = {"transaction.timeInactiveMicros": {"$gt": int(RESTED_SECONDS * 1_000_000)}}
    pipeline = [
        {"$currentOp": {"idleSessions": True, "allUsers": False}},
        {"$match": {"type": "idleSession", "appName": APP_NAME, **rested}},
    ]
    try:
        answer = await client.admin.command({"aggregate": 1, "pipeline": pipeline, "cursor": {}})
        sessions = [{"id": found["lsid"]["id"]} for found in answer["cursor"]["firstBatch"]]
        if sessions:
            _logger.warning("ending %d transactions that a server has left behind", len(sessions))
            await client.admin.command({"killSessions": sessions})
    except PyMongoError as error:
        _logger.warning("transactions that were left behind cannot be ended: %s", error)
