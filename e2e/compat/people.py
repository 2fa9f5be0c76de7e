"""Who sends the requests: everyone is known to both servers by the same secret key, and so by the same ids."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from e2e.servers import SECRET


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with a name and a password; ``account`` is whether an account of that name is meant."""

    name: str
    password: str
    account: bool = False

    @property
    def authorization(self) -> str:
        """The header that says who it is."""
        return "Basic " + base64.b64encode(f"{self.name}:{self.password}".encode()).decode()

    @property
    def user_id(self) -> str:
        """The id that both servers know the person by ("protocol section 6.1")."""
        if self.account:
            return f"account:{self.name}"
        digest = hmac.new(SECRET.encode(), f"{self.name}:{self.password}".encode(), hashlib.sha256)
        return f"basicauth:{digest.hexdigest()}"


PEOPLE = {
    "alice": Person("alice", "secret"),
    "bob": Person("bob", "secret"),
    "mary": Person("mary", "päßwörd"),
    "zoe": Person("zoe", "zoe's own", account=True),
    "yann": Person("yann", "s3cret", account=True),
    "zoe, wrongly": Person("zoe", "not hers"),
}
"""Everyone by the name in the reproductions; None in a request stands for nobody."""
BASIC = ("alice", "bob", "mary")
"""Those who need no account."""
