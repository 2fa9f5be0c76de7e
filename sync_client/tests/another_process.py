"""A program that uses a store that others have open; its arguments say what it does."""

import sys

import kintoun_sync
from kintoun_sync import Patience


def main(path: str, server: str, user: str, what: str, number: int) -> None:
    """Create so many records one by one, and synchronise now and then if `what` says so."""
    with kintoun_sync.open(path, server, (user, "long-secret"), patience=Patience(first_pause=0.0)) as store:
        tasks = store.collection("tasks")
        for index in range(number):
            tasks.create({"order": index, "by": what})
            tasks.update("counter", {f"{what}-{index}": index})
            if what.startswith("sync"):
                store.sync()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
