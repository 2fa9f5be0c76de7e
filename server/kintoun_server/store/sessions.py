"""The sessions of browsers: found by the digest of their token, and removed by MongoDB when they have expired."""

from datetime import UTC, datetime

from kintoun_server.domain.credential import Credential
from kintoun_server.domain.session import Session

from .driver import SESSIONS, Adjust, Document, Driver, Find, Put, Remove


class Sessions:
    """Reads and writes sessions; ``Unavailable`` when the database does not answer in time."""

    def __init__(self, driver: Driver, read_seconds: float, write_seconds: float) -> None:
        """Read and write through ``driver``."""
        self._driver = driver
        self._read_seconds = read_seconds
        self._write_seconds = write_seconds

    async def find(self, digest: str) -> Session | None:
        """Find a session that has not ended, though it may have expired. One round trip."""
        for document in await self._driver.find(Find(SESSIONS, {"_id": digest}), self._read_seconds):
            return _decode(document)
        return None

    async def begin(self, session: Session) -> None:
        """Keep a new session."""
        await self._driver.write([Put(SESSIONS, _encode(session))], self._write_seconds)

    async def renew(self, session: Session) -> None:
        """Keep the new end of a session; one that has ended meanwhile does not come back."""
        change = {"$set": {"expires": _time(session.expires)}}
        await self._driver.write([Adjust(SESSIONS, session.digest, change)], self._write_seconds)

    async def end(self, digest: str) -> None:
        """End one session."""
        await self._driver.write([Remove(SESSIONS, {"_id": digest})], self._write_seconds)

    async def end_all(self, account: str) -> None:
        """End all sessions of the account with a folded name."""
        await self._driver.write([Remove(SESSIONS, {"account": account})], self._write_seconds)


def _encode(session: Session) -> Document:
    return {
        "_id": session.digest,
        "account": session.credential.account,
        "version": session.credential.version,
        "expires": _time(session.expires),
    }


def _decode(document: Document) -> Session:
    expires: datetime = document["expires"]
    # The database in memory gives times without a zone; all of them are UTC.
    aware = expires if expires.tzinfo else expires.replace(tzinfo=UTC)
    milliseconds = round(aware.timestamp() * 1000)
    return Session(document["_id"], Credential(document["account"], document["version"]), milliseconds)


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
