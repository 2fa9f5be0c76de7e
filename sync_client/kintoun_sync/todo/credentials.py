"""Passwords: in the keyring of the system where there is one, else in a file of mode 600."""

import os
from pathlib import Path
from types import ModuleType

from .failure import CommandFailure
from .private_file import read_json, write_json
from .profile import Profile, config_folder


def credentials_file() -> Path:
    """Where passwords stand without a keyring."""
    return config_folder() / "credentials.json"


def find_keyring() -> ModuleType | None:
    """Answer the module ``keyring`` if it is installed and the system has a keyring that can be used."""
    try:
        import keyring  # noqa: PLC0415 - it is optional, and takes a tenth of a second
        import keyring.errors  # noqa: PLC0415 - the same
    except ImportError:
        return None
    # Below 1 stand those that keep nothing, or that are not meant to be used (the documentation of keyring).
    return keyring if keyring.get_keyring().priority >= 1 else None


def keyring_name() -> str | None:
    """Name the keyring; None where there is none."""
    keyring = find_keyring()
    return None if keyring is None else str(keyring.get_keyring().name)


def save_password(profile: Profile, password: str, *, use_keyring: bool) -> bool:
    """Keep a password; answer whether it is in the keyring.

    Raises:
        CommandFailure: it cannot be kept.
    """
    keyring = find_keyring() if use_keyring else None
    if keyring is not None:
        try:
            keyring.set_password(_service(profile), profile.user, password)
        except keyring.errors.KeyringError:
            pass  # locked, or without anybody to unlock it: the file is there for that
        else:
            _remove_from_file(profile)
            return True
    kept = read_json(credentials_file())
    of_server = {**kept.get(_service(profile), {}), str(profile.user): password}
    write_json(credentials_file(), {**kept, _service(profile): of_server})
    return False


def find_password(profile: Profile) -> str | None:
    """Answer the password of a profile: of the environment, the keyring or the file; None where there is none.

    Raises:
        CommandFailure: the keyring does not give it.
    """
    if given := os.environ.get("KTODO_PASSWORD"):
        return given
    found = _in_keyring(profile) if profile.keyring else None
    return found if found is not None else _in_file(profile)


def remove_password(profile: Profile) -> None:
    """Forget a password, wherever it is.

    Raises:
        CommandFailure: the keyring does not let it go.
    """
    _remove_from_file(profile)
    keyring = find_keyring() if profile.keyring else None
    if keyring is None:
        return
    try:
        if keyring.get_password(_service(profile), profile.user) is not None:
            keyring.delete_password(_service(profile), profile.user)
    except keyring.errors.KeyringError as error:
        raise CommandFailure(f"the keyring does not let the password go: {error}") from error


def _in_keyring(profile: Profile) -> str | None:
    keyring = find_keyring()
    if keyring is None:
        raise CommandFailure(
            "the password is in a keyring that is not there now: unlock it, set KTODO_PASSWORD, or log in again"
        )
    try:
        found: str | None = keyring.get_password(_service(profile), profile.user)
    except keyring.errors.KeyringError as error:
        raise CommandFailure(f"the keyring does not give the password: {error}") from error
    return found


def _in_file(profile: Profile) -> str | None:
    of_server = read_json(credentials_file()).get(_service(profile), {})
    found: str | None = of_server.get(profile.user) if isinstance(of_server, dict) else None
    return found


def _remove_from_file(profile: Profile) -> None:
    kept = read_json(credentials_file())
    if kept.get(_service(profile), {}).pop(profile.user, None) is not None:
        write_json(credentials_file(), {server: users for server, users in kept.items() if users})


def _service(profile: Profile) -> str:
    return f"kintoun-todo {profile.server}"
