"""The end of the service: announced on every answer, and from its day on the only answer (protocol section 28)."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True, slots=True)
class EndOfLife:
    """The day from which on the service is no more, in UTC, with what people are told and where they can read more."""

    day: date
    message: str | None = None
    url: str | None = None

    @property
    def has_come(self) -> bool:
        """Tell whether the service has ended."""
        return datetime.now(UTC).date() >= self.day

    def alert(self) -> str:
        """Write the header Alert, which is JSON in ASCII."""
        code = "hard-eol" if self.has_come else "soft-eol"
        fields = {"code": code, "message": self.message, "url": self.url}
        return json.dumps({name: value for name, value in fields.items() if value is not None}, separators=(",", ":"))
