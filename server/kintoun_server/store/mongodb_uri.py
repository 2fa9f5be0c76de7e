"""The form of a MongoDB URI."""

import re

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
        if text.startswith("Unknown option"):  # some versions of the driver do not name it
            return f"unknown option {', '.join(_unknown_options(rest.partition('?')[2]))}"
        return "it is malformed" if password and password in text else text
    return None


def _unknown_options(query: str) -> list[str]:
    names = dict.fromkeys(option.partition("=")[0] for option in re.split("[&;]", query))
    return [name for name in names if _is_unknown(name)]


def _is_unknown(name: str) -> bool:
    try:
        parse_uri(f"mongodb://localhost/?{name}=1", warn=False)
    except (PyMongoError, ValueError) as error:
        return str(error).startswith("Unknown option")
    return False
