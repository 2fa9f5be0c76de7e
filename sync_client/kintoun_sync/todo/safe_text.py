"""Text of other people on a terminal: nothing in it can move the cursor, change colours, or pretend an order."""

import unicodedata

_JOINERS = "\u200c\u200d"
"""They join and part letters, in Persian and in emoji, and do nothing else."""
_SHOWN_AS = {"\n": "⏎", "\t": " ", "\r": "⏎"}


def safe(text: str) -> str:
    """Write text so that it stays what it is: control characters, and marks that change the direction, are shown."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text.replace("\r\n", "\n")))


def cells(text: str) -> int:
    """Count the columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from wcwidth import width  # noqa: PLC0415 - a twentieth of a second that plain text saves

    return width(text)


def padded(text: str, width: int) -> str:
    """Fill up with blanks to a width in columns."""
    return text + " " * (width - cells(text))


def shortened(text: str, width: int) -> str:
    """Cut to a width in columns, with an ellipsis."""
    if cells(text) <= width:
        return text
    if text.isascii():
        return text[: width - 1] + "…"
    from wcwidth import clip  # noqa: PLC0415 - a twentieth of a second that plain text saves

    return clip(text, 0, width - 1) + "…"


def _shown(character: str) -> str:
    if character in _SHOWN_AS:
        return _SHOWN_AS[character]
    if character in _JOINERS:
        return character
    kind = unicodedata.category(character)
    if kind in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp"):
        number = ord(character)
        return f"\\x{number:02x}" if number <= 0xFF else f"\\u{number:04x}"  # noqa: PLR2004 - one byte
    return " " if kind == "Zs" else character
