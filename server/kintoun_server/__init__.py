"""Kintoun's server: the Kinto HTTP API v1 on Tornado and MongoDB."""

__version__ = "0.1.0"
