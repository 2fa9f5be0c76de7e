"""The rules of accounts: whose they are, and what becomes of their passwords (protocol section 22)."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from . import account_name
from .credential import Secret
from .objects import Stored
from .principals import Caller
from .refusals import Invalid

MAX_PASSWORD_LENGTH = 4096
"""Characters of a password; all of them count, and a longer one would not fit into a header."""
PASSWORD = "password"  # noqa: S105 - the name of an attribute


def may_claim(caller: Caller, account: str) -> bool:
    """Tell whether ``caller`` may create or replace the account: nobody, or the one with its name.

    Who signs up with the new credentials in the header is not somebody else, though a user of Basic authentication.
    """
    if caller.credential and caller.credential.account == account:
        return True
    return caller.user_id in (None, account_name.principal(account))


def mismatch() -> Invalid:
    """Make the refusal of an account for somebody else."""
    return Invalid("body", "data.id", "Username and account ID do not match.")


def required(name: str) -> Invalid:
    """Make the refusal of a body without the attribute ``name``."""
    return Invalid("body", f"data.{name}", "Required")


def password_in(given: object, min_length: int) -> str:
    """Answer the password that a body gives, in the form that is hashed.

    Raises:
        Invalid: it is no string, or it has less than ``min_length`` or more than 4,096 characters.
    """
    if not isinstance(given, str):
        raise Invalid("body", f"data.{PASSWORD}", "must be a string")
    password = normalised(given)
    if len(password) < min_length:
        raise Invalid("body", f"data.{PASSWORD}", f"must have at least {min_length} characters")
    if len(password) > MAX_PASSWORD_LENGTH:
        raise Invalid("body", f"data.{PASSWORD}", f"must have at most {MAX_PASSWORD_LENGTH} characters")
    return password


def normalised(password: str) -> str:
    """Write a password in Unicode's composed form, so that it is the same on every keyboard (RFC 8265 section 4.2)."""
    return unicodedata.normalize("NFC", password)


def secret_after(old: Stored | None, new: Secret | None, data: Mapping[str, Any]) -> Secret:
    """Answer the secret of an account after a change.

    Raises:
        Invalid: it would have none, or its password would stand among the attributes, where all who read it see it.
    """
    if PASSWORD in data:
        raise Invalid("body", f"data.{PASSWORD}", "a password is set by PUT, or by PATCH with a JSON object")
    secret = new or (None if old is None or old.deleted else old.secret)
    if secret is None:
        raise required(PASSWORD)
    return secret
