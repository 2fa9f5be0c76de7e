"""The form of a MongoDB URI."""

from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri


def fault_of(uri: str) -> str | None:
    """Tell what is wrong with the form of a URI, without its password in the text; None when it is well formed."""
    scheme, _, rest = uri.partition("://")
    if scheme == "mongodb+srv":  # its options are not all known without asking the name server
        rest = rest.partition("?")[0]
    try:
        parse_uri(f"mongodb://{rest}", warn=False)
    except (PyMongoError, ValueError) as error:
        password = rest.rpartition("@")[0].partition(":")[2]
        text = str(error).rstrip(".")
        return "it is malformed" if password and password in text else text
    return None
