"""What keeps the server from starting."""


class StartError(Exception):
    """The server cannot start or go on; the text is one line for the operator."""

    exit_status = 1
