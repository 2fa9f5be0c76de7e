"""User ids, principals and the personal bucket: protocol sections 6 and 12."""

import pytest
from kintoun_server.domain.principals import (
    AUTHENTICATED,
    EVERYONE,
    Caller,
    basicauth_id,
    canonical,
    canonical_set,
    derived_key,
    is_personal_bucket_id,
    personal_bucket_id,
)

HEX = "0123456789abcdef" * 4


def test_both_forms_of_a_basic_user_name_the_same_one() -> None:
    """The form of today's protocol, with a colon, is kept in the form of the tutorial, with an underscore."""
    assert canonical(f"basicauth:{HEX}") == canonical(f"basicauth_{HEX}") == f"basicauth_{HEX}"


@pytest.mark.parametrize(
    "principal",
    [
        EVERYONE,
        AUTHENTICATED,
        "/buckets/a/groups/b",
        "account:alice",
        "basicauth:alice",
        "basicauth:",
        f"basicauth:{HEX[1:]}",
        f"basicauth:{HEX}0",
        f"basicauth:{HEX.upper()}",
        f"basicauth:{HEX}\n",
        f" basicauth:{HEX}",
        "",
    ],
)
def test_other_principals_stay_as_they_are(principal: str) -> None:
    """A principal is an arbitrary string: nothing but the two forms of a Basic user id is rewritten."""
    assert canonical(principal) == principal


def test_a_list_of_principals_is_a_set() -> None:
    """Each principal stands once, however often and in whatever form it was given, in the order given."""
    given = ["z", f"basicauth:{HEX}", "a", f"basicauth_{HEX}", "z"]
    assert canonical_set(given) == ("z", f"basicauth_{HEX}", "a")


def test_the_user_id_of_basic_authentication() -> None:
    """It is HMAC-SHA256 of `user:password` under the secret, as `openssl dgst -sha256 -hmac secret` computes it."""
    expected = "basicauth_ce29eb13b7e0fe931273f6e8ff31dc029660ee95e7bd0fd1a89a8a77c83fcee2"
    assert basicauth_id("secret", "token", "my-secret") == expected


def test_another_password_is_another_user() -> None:
    """Secret, user and password all make the user id; an empty password and text beyond ASCII are as good as any."""
    pairs = [("k", "user", "pässword"), ("l", "user", "pässword"), ("k", "user", ""), ("k", "u", "pässword")]
    assert len({basicauth_id(*pair) for pair in pairs}) == len(pairs)


def test_the_id_of_the_personal_bucket() -> None:
    """It is a UUID of version 8, of 32 hex digits of HMAC-SHA256 of the user id, as OpenSSL computes them."""
    assert personal_bucket_id("k", "basicauth_a") == "3baaf28d-ea8f-8df6-be00-38ac98ba02b6"
    assert is_personal_bucket_id("3baaf28d-ea8f-8df6-be00-38ac98ba02b6")
    for other in ("3baaf28d-ea8f-4df6-be00-38ac98ba02b6", "todo", "3baaf28d-ea8f-8df6-7e00-38ac98ba02b6"):
        assert not is_personal_bucket_id(other)
    assert personal_bucket_id("l", "basicauth_a") != personal_bucket_id("k", "basicauth_a")


def test_an_anonymous_caller_is_everyone_and_nothing_else() -> None:
    """One who does not say who it is belongs to no group, not even where groups are named."""
    nobody = Caller()
    assert nobody.principals(["/buckets/a/groups/b"]) == {EVERYONE}
    assert nobody.memberships == ()
    assert nobody.editor == EVERYONE


def test_an_authenticated_caller() -> None:
    """Who says who it is is that user, everyone, authenticated, and its groups; a group may name the last but one."""
    alice = Caller("alice")
    assert alice.principals(["/buckets/a/groups/b"]) == {"alice", EVERYONE, AUTHENTICATED, "/buckets/a/groups/b"}
    assert set(alice.memberships) == {"alice", AUTHENTICATED}
    assert alice.editor == "alice"


def test_keys_of_different_purposes_differ() -> None:
    """A key is the same for its purpose and its secret, and tells nothing of the keys for others."""
    keys = {derived_key(secret, purpose) for secret in ("k", "l") for purpose in ("a", "b")}
    assert len(keys) == 4
    assert derived_key("k", "a") in keys
