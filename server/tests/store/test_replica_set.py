"""The one-member replica set: made once, found again, and waited for in vain where it cannot be had."""

import pytest
from kintoun_server.store.replica_set import ReplicaSetError, make_primary


async def test_a_set_that_is_there_is_left_as_it_is(mongod: str) -> None:
    """On a node that takes writes already there is nothing to do."""
    await make_primary(mongod, "./mongod.sock", patience=60)


async def test_a_node_that_does_not_answer_is_an_error() -> None:
    """The wait has an end."""
    with pytest.raises(ReplicaSetError, match=r"^it did not become primary within 0 seconds$"):
        await make_primary("mongodb://%2Fnowhere%2Fmongod.sock/?directConnection=true", "./mongod.sock", patience=0.3)
