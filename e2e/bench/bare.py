"""The least that a server on Tornado and MongoDB can do: one query, one JSON document; what ours is measured by.

Run as a program with the URI of a MongoDB: it stores one record and answers it to every request.
"""

import asyncio
import json
import sys

import tornado.web
from pymongo import AsyncMongoClient
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets


class OneFind(tornado.web.RequestHandler):
    """Answers one document by its id."""

    async def get(self) -> None:
        """Find it and write it."""
        found = await self.settings["objects"].find_one({"_id": "/known"})
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"data": found["data"]}))


async def main(uri: str) -> None:
    """Serve until killed."""
    objects: object = (client := AsyncMongoClient[dict[str, object]](uri))["bench_bare"]["objects"]
    await client["bench_bare"]["objects"].replace_one(
        {"_id": "/known"},
        {"_id": "/known", "data": {"description": "Task number 0", "status": "todo", "order": 0, "id": "known"}},
        upsert=True,
    )
    server = HTTPServer(tornado.web.Application([(".*", OneFind)], objects=objects, log_function=lambda _: None))
    sockets = bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    sys.stdout.write(f"Bare serves http://127.0.0.1:{sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
