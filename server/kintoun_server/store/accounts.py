"""Reading the secrets of accounts, to verify passwords."""

from kintoun_server.domain.credential import Secret
from kintoun_server.domain.kinds import ACCOUNT
from kintoun_server.domain.uri import ListURI

from .documents import secret_in
from .driver import OBJECTS, Driver, Find


class Accounts:
    """The reads that authentication needs; ``Unavailable`` when the database does not answer in ``seconds``."""

    def __init__(self, driver: Driver, seconds: float) -> None:
        """Read through ``driver``."""
        self._driver = driver
        self._seconds = seconds

    async def secret(self, name: str) -> Secret | None:
        """Read the secret of the account with a folded name; None when there is no such account. One round trip."""
        query = {"_id": str(ListURI(ACCOUNT).object(name))}
        for document in await self._driver.find(Find(OBJECTS, query, projection={"secret": 1}), self._seconds):
            return secret_in(document)
        return None
