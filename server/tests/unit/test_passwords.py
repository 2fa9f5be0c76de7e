"""Passwords: argon2id, in full, beside the event loop, and bounded."""

import asyncio
import threading

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type
from kintoun_server import passwords
from kintoun_server.domain.credential import Secret
from kintoun_server.passwords import Passwords, TooManyPasswords


async def test_a_password_is_hashed_by_argon2id() -> None:
    """The hash is argon2id with 19 MiB, two passes and one lane, under a salt of its own each time."""
    one, another = await Passwords().hash("a password"), await Passwords().hash("a password")
    parameters = extract_parameters(one.hash)
    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19456, 2, 1)
    assert one.hash != another.hash
    assert one.version != another.version


def test_nobody_has_a_hash_of_the_same_parameters() -> None:
    """What is verified where there is no account costs exactly as much."""
    assert extract_parameters(passwords._NOBODY) == extract_parameters(passwords._HASHER.hash("x"))


async def test_nobody_has_a_password() -> None:
    """Without a secret no password matches, not even an empty one."""
    assert not await Passwords().match(None, "")


async def test_a_long_password_counts_to_its_end() -> None:
    """Two passwords that differ in their last character alone are two passwords, and NUL ends none."""
    for stem in ("x" * 72, "x" * 4095, "x\0", "é" * 100):
        secret = await Passwords().hash(stem + "a")
        assert await Passwords().match(secret, stem + "a")
        assert not await Passwords().match(secret, stem + "b")
        assert not await Passwords().match(secret, stem)


async def test_a_password_is_the_same_on_every_keyboard() -> None:
    """Composed and decomposed characters are the same password."""
    secret = await Passwords().hash("caf\N{LATIN SMALL LETTER E WITH ACUTE} au lait")
    assert await Passwords().match(secret, "cafe\N{COMBINING ACUTE ACCENT} au lait")


async def test_a_hash_that_is_none_matches_nothing() -> None:
    """A secret that cannot be read refuses instead of failing."""
    assert not await Passwords().match(Secret("no hash", "1"), "a password")


def test_a_secret_shows_no_hash() -> None:
    """What a log or a traceback prints of a secret has no hash in it."""
    assert "argon2" not in repr(Secret("$argon2id$...", "1"))


async def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """More passwords than threads and places are refused at once; a place that is free again is taken again."""
    gate = threading.Event()
    monkeypatch.setattr(passwords, "_matches", lambda *_: gate.wait(60))
    pool = Passwords(threads=1, waiting=2)
    secret = Secret("x", "1")
    tasks = [asyncio.create_task(pool.match(secret, "x")) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyPasswords):
        await pool.match(secret, "x")
    gate.set()
    assert await asyncio.gather(*tasks) == [True] * 3
    assert await pool.match(secret, "x")
