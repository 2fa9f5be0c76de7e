"""Synchronising as generators without I/O: they yield requests, are sent the answers, and act on a ``Replica``."""
