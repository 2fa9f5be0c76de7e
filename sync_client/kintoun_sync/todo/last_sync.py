"""What is known of the last sync of a profile."""

from dataclasses import dataclass
from datetime import UTC, datetime

from .private_file import read_json, write_json
from .profile import Profile


@dataclass(frozen=True)
class LastSync:
    """``succeeded`` and ``tried`` are times in ISO 8601, None for never; ``problem`` says why the last one failed."""

    succeeded: str | None
    tried: str | None
    problem: str | None


def remember(profile: Profile, problem: str | None) -> None:
    """Note how a sync has ended, just now."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    succeeded = now if problem is None else last_sync(profile).succeeded
    write_json(profile.last_sync, {"succeeded": succeeded, "tried": now, "problem": problem})


def last_sync(profile: Profile) -> LastSync:
    """Read how the last one has ended."""
    found = read_json(profile.last_sync)
    return LastSync(found.get("succeeded"), found.get("tried"), found.get("problem"))


def local_time(moment: str | datetime) -> str:
    """Write a moment as the clock on the wall shows it."""
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return found.astimezone().strftime("%Y-%m-%d %H:%M")
