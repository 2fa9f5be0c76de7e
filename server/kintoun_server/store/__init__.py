"""The store: the only folder that knows MongoDB."""
