"""The local store on SQLite: the only folder that knows the database."""
