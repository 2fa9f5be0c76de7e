"""Several requests in one: ``POST /v1/batch`` (protocol section 17)."""
