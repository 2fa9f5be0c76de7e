"""Which id and which timestamp of ours stands for which of the reference, within one sequence of requests."""

import re
from bisect import bisect_left
from collections.abc import Mapping

_SEED_USER_ID = re.compile(r"\bbasicauth_(?=[0-9a-f]{64}\b)")


class Clock:
    """The timestamps of one list on both servers: one to one, and in the same order."""

    def __init__(self) -> None:
        self._pairs: list[tuple[int, int]] = []

    def match(self, ours: int, reference: int) -> bool:
        """Tell whether the two may stand for one moment, and hold them to it from now on."""
        place = bisect_left(self._pairs, (ours,))
        if place < len(self._pairs) and self._pairs[place][0] == ours:
            return self._pairs[place][1] == reference
        before = self._pairs[place - 1][1] if place else -1
        after = self._pairs[place][1] if place < len(self._pairs) else None
        if reference <= before or (after is not None and reference >= after):
            return False
        self._pairs.insert(place, (ours, reference))
        return True


class Correspondence:
    """The pairs of one sequence; ids that clients chose are the same on both servers and need none."""

    def __init__(self, bases: Mapping[str, str], personal_buckets: Mapping[str, str]) -> None:
        self._ids = {ours: reference for ours, reference in personal_buckets.items() if ours != reference}
        self._clocks: dict[str, Clock] = {}
        self._bases = bases

    def pair_ids(self, ours: object, reference: object) -> None:
        """Note that both servers made up an id for the same object."""
        if isinstance(ours, str) and isinstance(reference, str) and ours != reference:
            self._ids.setdefault(ours, reference)

    def translate(self, text: str) -> str:
        """Answer a text of ours with ids and addresses as the reference would write them."""
        text = _SEED_USER_ID.sub("basicauth:", text)
        for ours, reference in self._bases.items():
            text = text.replace(ours, reference)
        if not self._ids:
            return text
        pattern = "|".join(map(re.escape, self._ids))
        return re.sub(rf"(?<![\w-])(?:{pattern})(?![\w-])", lambda found: self._ids[found[0]], text)

    def match_timestamps(self, clock: str, ours: int, reference: int) -> bool:
        """Tell whether the two stand for one moment of the list that ``clock`` names."""
        return self._clocks.setdefault(clock, Clock()).match(ours, reference)
