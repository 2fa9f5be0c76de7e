"""If-Match and If-None-Match (protocol section 14)."""

import re
from dataclasses import dataclass
from typing import Literal, Self, TypeAlias

from .refusals import Invalid

ETag: TypeAlias = int | Literal["*"]

_ETAG = re.compile(r'"([0-9]{1,19})"', re.ASCII)


@dataclass(frozen=True, slots=True)
class Precondition:
    """The two headers: a timestamp in ms, ``*``, or None where the header was not sent."""

    if_match: ETag | None = None
    if_none_match: ETag | None = None

    @classmethod
    def parse(cls, if_match: str | None, if_none_match: str | None) -> Self:
        """Read the two headers.

        Raises:
            Invalid: a value that is neither ``*`` nor digits between double quotes.
        """
        return cls(_etag("If-Match", if_match), _etag("If-None-Match", if_none_match))

    def holds(self, timestamp: int | None) -> bool:
        """Tell whether a write may go ahead on what has ``timestamp``, None for what does not exist.

        A write ignores an If-None-Match that names an ETag (protocol section 14.2).
        """
        if self.if_match is not None and (timestamp is None or self.if_match not in ("*", timestamp)):
            return False
        return not (self.if_none_match == "*" and timestamp is not None)

    def is_current(self, timestamp: int) -> bool:
        """Tell whether a reader already has what it asks for: 304."""
        return self.if_none_match == timestamp


NONE = Precondition()


def _etag(header: str, text: str | None) -> ETag | None:
    if text is None:
        return None
    if text == "*":
        return "*"
    match = _ETAG.fullmatch(text)
    if match is None:
        raise Invalid("header", header, "The value should be integer between double quotes.")
    return int(match[1])
