"""What is said of a MongoDB URI that is malformed."""

import pytest
from kintoun_server.store.mongodb_uri import fault_of


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://127.0.0.1",
        "mongodb://127.0.0.1:27017,127.0.0.1:27018/?replicaSet=rs0&w=majority",
        "mongodb://me:s3cret@%2Ftmp%2Fmongod.sock/?directConnection=true",
        "mongodb+srv://me:s3cret@example.invalid/?srvMaxHosts=3",
    ],
)
def test_a_well_formed_uri_has_no_fault(uri: str) -> None:
    """Hosts, ports, sockets and options pass, and no name server is asked."""
    assert fault_of(uri) is None


@pytest.mark.parametrize(
    ("uri", "fault"),
    [
        ("mongodb://127.0.0.1:99999", "Port must be an integer between 0 and 65535"),
        ("mongodb://me:s3:cret@127.0.0.1", "must be escaped according to RFC 3986"),
        ("mongodb+srv://me:s3:cret@example.invalid", "must be escaped according to RFC 3986"),
        ("mongodb://127.0.0.1/?replicaset=a&nonsense=1", "nonsense"),
        ("mongodb://127.0.0.1/?tls=perhaps", "tls"),
        ("mongodb://a@b@c", "must be escaped according to RFC 3986"),
    ],
)
def test_a_malformed_uri_is_told(uri: str, fault: str) -> None:
    """What the driver finds wrong with it is told before anything is started."""
    assert fault in str(fault_of(uri))


def test_the_password_is_not_told() -> None:
    """A fault whose text has the credentials in it is told without them."""
    assert "s3cret" not in str(fault_of("mongodb://me:s3cret@[::1/?x=s3cret"))
