"""The HTTP API: speaks the protocol, knows no database."""
