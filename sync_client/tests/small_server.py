"""A server on a real mongod whose pages and batches are small."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from e2e.servers import servers_on_mongod


@contextmanager
def small_server(folder: Path) -> Iterator[str]:
    """Run a server with small pages and small batches, so that there are several of each; its address, with `/v1`."""
    running = servers_on_mongod(folder, 1, paginate_by=3, batch_max_requests=3, flush_endpoint_enabled=True)
    with asyncio.Runner() as runner:
        (started, *_), _ = runner.run(running.__aenter__())
        assert started.url is not None
        yield started.url
        runner.run(running.__aexit__(None, None, None))
