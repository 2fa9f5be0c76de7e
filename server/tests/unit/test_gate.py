"""The gate: many pass at once, or one alone."""

import asyncio

from kintoun_server.store.gate import Gate


async def test_who_wants_it_alone_waits_for_all_and_keeps_others_out() -> None:
    """Those inside finish first, those who come later wait, and all of them have had their turn in the end."""
    gate, seen, leave = Gate(), list[str](), asyncio.Event()

    async def early(name: str) -> None:
        async with gate.passing():
            await leave.wait()
            seen.append(name)

    async def alone() -> None:
        async with gate.alone():
            seen.append("alone")
            await asyncio.sleep(0)
            seen.append("still alone")

    async def late() -> None:
        async with gate.passing():
            seen.append("late")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(early("first"))
        tasks.create_task(early("second"))
        await asyncio.sleep(0)
        tasks.create_task(alone())
        await asyncio.sleep(0)
        tasks.create_task(late())
        await asyncio.sleep(0)
        assert seen == []
        leave.set()
    assert seen == ["first", "second", "alone", "still alone", "late"]


async def test_it_opens_again_after_an_error() -> None:
    """Whoever fails inside, alone or among others, does not lock anybody out."""
    gate = Gate()
    for inside in (gate.alone, gate.passing, gate.alone):
        try:
            async with inside():
                raise ValueError  # noqa: TRY301 - the error is what is tested
        except ValueError:
            continue
    async with gate.passing():
        pass
