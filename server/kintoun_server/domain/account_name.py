"""The names of accounts, and the principals that are made of them (protocol sections 8 and 22)."""

import re
import unicodedata

PATTERN = re.compile(r"[a-z0-9][+.@a-z0-9_-]{0,254}", re.ASCII)
"""The rule for the id of an account once it is folded, and a bound of ours: that of an address of e-mail."""

_PREFIX = "account:"


def fold(name: str) -> str:
    """Write a name as it is kept and compared: in Unicode's composed form (NFC), then without differences of case."""
    return unicodedata.normalize("NFC", name).casefold()


def principal(name: str) -> str:
    """Answer the user id of an account by its folded name."""
    return _PREFIX + name


def name_in(principal_: str) -> str | None:
    """Answer the folded name of the account whose user id this is; None for what is none."""
    return principal_.removeprefix(_PREFIX) if principal_.startswith(_PREFIX) else None


def canonical(text: str) -> str:
    """Fold the name in the user id of an account; every other text stays as it is."""
    if not text.startswith(_PREFIX):
        return text
    folded = fold(text.removeprefix(_PREFIX))
    return principal(folded) if PATTERN.fullmatch(folded) else text
