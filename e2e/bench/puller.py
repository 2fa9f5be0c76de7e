"""A program that brings a collection to this device once; it prints its seconds and its peak memory as JSON.

Arguments: by what (`kintoun-sync` or `kinto-http`), the server with its version, a user, a password, the collection,
and for `kintoun-sync` the file, for `kinto-http` the `_since` of the list or nothing.
"""

import json
import resource
import sys
import time
from pathlib import Path

BUCKET = "synchronised"


def by_kintoun_sync(server: str, auth: tuple[str, str], collection: str, path: str) -> tuple[float, int, str]:
    """Synchronise a file: the seconds, what came, and nothing more."""
    import kintoun_sync  # noqa: PLC0415 - memory is measured without the other one

    with kintoun_sync.open(path, server, auth) as store:
        store.collection(collection, bucket=BUCKET)
        _ = store.client  # what a program loads once, certificates above all, is not measured
        begun = time.perf_counter()
        report = store.sync()
        return time.perf_counter() - begun, report.pulled.total, ""


def by_kinto_http(server: str, auth: tuple[str, str], collection: str, since: str) -> tuple[float, int, str]:
    """Get the records into memory: the seconds, their number, and their timestamp."""
    import kinto_http  # noqa: PLC0415 - memory is measured without the other one

    client = kinto_http.Client(server_url=server, auth=auth, bucket=BUCKET, collection=collection)
    begun = time.perf_counter()
    records = client.get_records(**({"_since": since} if since else {}))
    seconds = time.perf_counter() - begun
    return seconds, len(records), str(client.get_records_timestamp())


if __name__ == "__main__":
    program, server, user, password, collection, rest = sys.argv[1:]
    pull = by_kintoun_sync if program == "kintoun-sync" else by_kinto_http
    seconds, number, timestamp = pull(server, (user, password), collection, rest)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    size = Path(rest).stat().st_size if program == "kintoun-sync" else 0
    found = {"seconds": seconds, "number": number, "peak_mib": peak, "timestamp": timestamp, "file_bytes": size}
    sys.stdout.write(json.dumps(found))
