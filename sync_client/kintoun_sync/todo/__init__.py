"""``kintoun-todo``: tasks in a terminal, offline-first, on this library; it needs the extra ``todo``."""
