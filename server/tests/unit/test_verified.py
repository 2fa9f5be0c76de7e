"""The memory of verified callers: bounded in time and in number, and without a password in it."""

from kintoun_server.domain.credential import Credential
from kintoun_server.domain.principals import Caller
from kintoun_server.http.credentials import BasicCredentials
from kintoun_server.http.verified import VerifiedCallers

ALICE = Caller("account:alice", Credential("alice", "1"))
PAIR = BasicCredentials("alice", "the password")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.seconds


def test_a_caller_is_forgotten_after_its_time() -> None:
    """A caller is known until the time is over, however often it comes meanwhile, and not a moment longer."""
    clock = Clock()
    memory = VerifiedCallers(30, clock=clock)
    digest = memory.digest(PAIR)
    memory.remember(digest, ALICE)
    for seconds in (0, 15, 14.9):
        clock.seconds += seconds
        assert memory.get(digest) == ALICE
    clock.seconds += 0.1
    assert memory.get(digest) is None


def test_no_more_callers_are_remembered_than_the_bound() -> None:
    """The one remembered longest goes first, and one that is remembered again is the newest."""
    memory = VerifiedCallers(30, bound=2)
    digests = [memory.digest(BasicCredentials("alice", str(number))) for number in range(3)]
    for digest in (digests[0], digests[1], digests[0], digests[2]):
        memory.remember(digest, ALICE)
    assert [memory.get(digest) is not None for digest in digests] == [True, False, True]
    assert len(memory._callers) == 2


def test_what_is_over_is_not_kept() -> None:
    """Callers that nobody asks for any more leave the memory too, with the next one that comes."""
    clock = Clock()
    memory = VerifiedCallers(30, clock=clock)
    for number in range(5):
        memory.remember(memory.digest(BasicCredentials("alice", str(number))), ALICE)
    clock.seconds += 31
    memory.remember(memory.digest(PAIR), ALICE)
    assert len(memory._callers) == 1


def test_a_digest_is_of_this_process_and_of_the_whole_pair() -> None:
    """Another process makes other digests, and another split between name and password is another pair."""
    memory = VerifiedCallers(30)
    assert memory.digest(PAIR) == memory.digest(PAIR) != VerifiedCallers(30).digest(PAIR)
    assert memory.digest(BasicCredentials("a", "b:c")) != memory.digest(BasicCredentials("a", "bc"))
    memory.remember(memory.digest(PAIR), ALICE)
    assert "the password" not in repr(memory._callers)
    assert "the password" not in repr(PAIR)
