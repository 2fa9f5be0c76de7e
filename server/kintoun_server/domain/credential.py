"""What tells who someone is: the secret of an account, and how far a caller's identity rests on one."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Secret:
    """The password of an account as it is kept; it never is a part of the account's data.

    ``hash`` is a PHC string of argon2id. ``version`` is another one each time that the password is set.
    """

    hash: str = field(repr=False)
    version: str


@dataclass(frozen=True, slots=True)
class Credential:
    """The account that a caller's identity rests on.

    Its folded name, and the version of the secret that was verified: None where there was no such account, so that
    the caller is a user of Basic authentication.
    """

    account: str
    version: str | None
